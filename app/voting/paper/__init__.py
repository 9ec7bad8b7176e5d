"""Ballots on paper, and ballots that somebody is helped to fill in: from the printing of serials to the audit."""
