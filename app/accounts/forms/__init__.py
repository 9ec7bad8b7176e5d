"""The words people meet when they look after their account, and those of officials who deal with people."""
