"""Checklists 检查记录表: one frozen sheet per inspection, made from the task's items."""
