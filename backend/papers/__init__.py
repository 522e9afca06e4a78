"""纸面文书: the notice with its check code, and the record sheet to print, empty or filled."""
