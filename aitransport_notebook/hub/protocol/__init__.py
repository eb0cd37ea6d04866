"""The protocol as plain data and rules: no sockets, no files, no clock of its own."""
