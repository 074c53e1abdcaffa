"""What AWS charges for what the pipeline uses: list prices, and bills made of them."""

from lib.cost.bill import Bill, Usage, scaled, total

__all__ = ["Bill", "Usage", "scaled", "total"]
