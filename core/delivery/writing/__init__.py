"""What the system writes by itself, to staff and to patients, and the paper it is written on."""
