module example.com/rules/needless-heap-defer

go 1.21
