"""The whole policy on one page: what can be allowed, and to which roles.

A route declares exactly one permission. Role is the first gate; jurisdiction, relation and state are
decided where the thing is read, and what is outside them does not exist (404).
"""

from enum import StrEnum

from schemas.vocabulary import Role


class Permission(StrEnum):
    """`stage:thing:action`, alphabetical within a stage."""

    PUBLIC = "public"
    """Anybody, without signing in."""
    SIGNED_IN = "accounts:self:use"
    """Use one's own account: see who one is, enrol a device, sign out."""
    DEVICES = "accounts:device:manage"
    """See the phones of the inspectors of one's region, enrol and revoke them."""
    REGISTRY_READ = "registry:directory:read"
    """Look at items, objects and inspectors of one's region."""
    REGISTRY_EXCHANGE = "registry:table:exchange"
    """Export the directories of one's region and import tables into them."""
    REGISTRY_MAINTAIN = "registry:directory:maintain"
    """Enter and change objects, inspectors and experts of one's body."""
    REGISTRY_ITEMS_MAINTAIN = "registry:item:maintain"
    """Draft, publish and retire inspection items of one's body."""
    REGISTRY_FEED = "registry:feed:send"
    """Send batches of risk classes and licences."""
    RECUSAL_READ = "registry:recusal:read"
    """Look at recusals: an inspector one's own, an office those of its region."""
    RECUSAL_RAISE = "registry:recusal:raise"
    """Raise and withdraw recusals: an inspector one's own, an office those of its region."""
    PLAN_READ = "plans:plan:read"
    """Look at plans and tasks of one's region."""
    PLAN_DRAFT = "plans:plan:draft"
    """Write and change a draft plan."""
    PLAN_ANSWER = "plans:plan:answer"
    """Answer a joint draft in writing for a participating body."""
    PLAN_APPROVE = "plans:plan:approve"
    """Approve a plan as head of the body."""
    PLAN_PUBLISH = "plans:plan:publish"
    """Publish an approved plan."""
    DRAW_READ = "draws:draw:read"
    """Look at pools and draws of one's region."""
    DRAW_OPERATE = "draws:draw:operate"
    """Freeze a pool, commit, record the event, run the draw, dispatch."""
    DRAW_KEEP_CODE = "draws:code:keep"
    """Hand in and later reveal the code one keeps for a draw."""
    DRAW_VOID = "draws:draw:void"
    """Agree to void a draw that somebody else asked to void."""
    SUBSTITUTION_DECIDE = "draws:substitution:decide"
    """Approve or refuse a substitution that somebody else asked for, and name its event."""
    FIELDWORK = "fieldwork:inspection:work"
    """Read and fill inspections that one is assigned to."""
    RECORD_READ = "fieldwork:file:read"
    """Fetch photos and signatures of inspections that one works on or oversees."""
    FILE_SEND = "fieldwork:file:send"
    """Upload files of inspections that one works on, or that operations brought in by a rescue file name."""
    RESCUE = "fieldwork:bundle:import"
    """Hand in a rescue file; the operations in it prove themselves by their signatures."""
    REVIEW_READ = "reviews:record:read"
    """Read the records of one's region, with photos and signatures."""
    REVIEW_DECIDE = "reviews:record:decide"
    """Return or approve a submitted record."""
    SIGN_OFF = "reviews:record:sign-off"
    """Sign a record off for publication."""
    NOTICE_READ = "deadlines:notice:read"
    """Read the notices addressed to one's body and acknowledge them."""
    AUDIT_READ = "foundation:audit:read"
    """Read the audit log."""


_OFFICE = frozenset(
    {
        Role.ADMIN,
        Role.LIAISON,
        Role.PLANNER,
        Role.APPROVER,
        Role.DISPATCHER,
        Role.REVIEWER,
        Role.SUPERVISOR,
        Role.AUDITOR,
        Role.CUSTODIAN,
    }
)

ROLES: dict[Permission, frozenset[Role]] = {
    Permission.SIGNED_IN: frozenset(Role),
    Permission.DEVICES: frozenset({Role.DISPATCHER, Role.SUPERVISOR, Role.ADMIN}),
    Permission.REGISTRY_READ: _OFFICE,
    Permission.REGISTRY_EXCHANGE: frozenset({Role.LIAISON}),
    Permission.REGISTRY_MAINTAIN: frozenset({Role.LIAISON}),
    Permission.REGISTRY_ITEMS_MAINTAIN: frozenset({Role.LIAISON}),
    Permission.REGISTRY_FEED: frozenset({Role.LIAISON, Role.ADMIN}),
    Permission.RECUSAL_READ: _OFFICE | {Role.INSPECTOR},
    Permission.RECUSAL_RAISE: frozenset({Role.LIAISON, Role.INSPECTOR}),
    Permission.PLAN_READ: _OFFICE,
    Permission.PLAN_DRAFT: frozenset({Role.PLANNER}),
    Permission.PLAN_ANSWER: frozenset({Role.LIAISON, Role.PLANNER}),
    Permission.PLAN_APPROVE: frozenset({Role.APPROVER}),
    Permission.PLAN_PUBLISH: frozenset({Role.LIAISON}),
    Permission.DRAW_READ: _OFFICE,
    Permission.DRAW_OPERATE: frozenset({Role.PLANNER, Role.DISPATCHER}),
    Permission.DRAW_KEEP_CODE: frozenset({Role.CUSTODIAN}),
    Permission.DRAW_VOID: frozenset({Role.SUPERVISOR, Role.APPROVER}),
    Permission.SUBSTITUTION_DECIDE: frozenset({Role.SUPERVISOR, Role.APPROVER}),
    Permission.FIELDWORK: frozenset({Role.INSPECTOR}),
    Permission.RECORD_READ: frozenset({Role.INSPECTOR, Role.REVIEWER, Role.SUPERVISOR, Role.AUDITOR}),
    Permission.FILE_SEND: frozenset({Role.INSPECTOR, Role.REVIEWER}),
    Permission.RESCUE: frozenset({Role.INSPECTOR, Role.REVIEWER}),
    Permission.REVIEW_READ: frozenset({Role.REVIEWER, Role.SUPERVISOR, Role.AUDITOR}),
    Permission.REVIEW_DECIDE: frozenset({Role.REVIEWER}),
    Permission.SIGN_OFF: frozenset({Role.SUPERVISOR}),
    Permission.NOTICE_READ: _OFFICE,
    Permission.AUDIT_READ: frozenset({Role.AUDITOR, Role.ADMIN}),
}


def allows(permission: Permission, roles: frozenset[Role]) -> bool:
    """Whether any of the roles holds the permission."""
    return permission is Permission.PUBLIC or bool(ROLES[permission] & roles)
