module diagnostics

go 1.21
