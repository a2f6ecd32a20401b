module example.com/rules/many-defers

go 1.21
