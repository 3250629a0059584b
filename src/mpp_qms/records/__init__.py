"""What a record is: one module a kind, frozen data, no input or output."""
