"""One module per deployed function: event in, one use case, answer out."""
