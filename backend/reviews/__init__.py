"""审核 and 公示审批: the reviewer's queue and the supervisor's sign-off, by three different persons."""
