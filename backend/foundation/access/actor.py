"""Who is acting, and which part of the country they answer for."""

from dataclasses import dataclass

from schemas.vocabulary import Role


@dataclass(frozen=True)
class Actor:
    """A signed-in person with the account and, on a phone, the replica they act through."""

    account_id: str
    person_id: str
    name: str
    roles: frozenset[Role]
    region: str
    body_code: str
    replica_id: str | None = None

    def covers(self, region: str) -> bool:
        """Whether the region lies in this actor's jurisdiction."""
        return region_covers(self.region, region)


def region_prefix(region: str) -> str:
    """The significant digits of a GB/T 2260 code: 130000 -> 13, 130300 -> 1303, 130303 -> 130303."""
    if region.endswith("0000"):
        return region[:2]
    return region[:4] if region.endswith("00") else region


def region_covers(wider: str, narrower: str) -> bool:
    """Whether `narrower` is `wider` itself or lies below it."""
    return narrower.startswith(region_prefix(wider))
