module painted

go 1.21
