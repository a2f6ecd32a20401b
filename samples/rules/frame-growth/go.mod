module example.com/rules/frame-growth

go 1.21
