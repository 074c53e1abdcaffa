"""What of a developer's surroundings reaches the tests: how programs run, and nothing of AWS."""

import os
import re

# What is kept is listed, not what is dropped: `.local/env` alone exports forty names, and the SDKs,
# Powertools, moto and Terraform read more of them with every version.
_KEPT = re.compile(
    # How programs are found and run.
    r"PATH|HOME|USER|LOGNAME|SHELL|TERM|TMPDIR|TEMP|TMP|TZ|LANG|LC_\w+|XDG_\w+|CI"
    r"|PYTHON\w+|PYTEST_\w+|LD_LIBRARY_PATH|DYLD_\w+"
    # By which version managers find Node.js and Terraform behind their shims.
    r"|(?:ASDF|FNM|MISE|NODENV|NVM|PYENV|TENV|TFENV|VOLTA)_\w+"
    # Where pip, npm and Terraform get what they install. A proxy is named here too (PIP_PROXY,
    # PIP_CERT): the general variables would lead the tests' own calls astray.
    r"|PIP_\w+|(?i:npm_config)_\w+|TF_CLI_CONFIG_FILE|TF_PLUGIN_CACHE_DIR|PIPELINE_PROVIDER_MIRROR"
    # The suite's own settings.
    r"|PIPELINE_TEST_\w+"
)
# What would be looked for where no variable is set: the files in ~/.aws, the machine's own role.
_NO_ACCOUNT = {
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}


def leave_surroundings(environment):
    """Take out of an environment, in place, all that tests could reach an account or a proxy by."""
    for name in [name for name in environment if not _KEPT.fullmatch(name)]:
        del environment[name]
    environment.update(_NO_ACCOUNT)
