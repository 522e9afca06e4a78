"""年度抽查计划: what will be inspected, why and at which ratios, approved and published before anything is drawn."""
