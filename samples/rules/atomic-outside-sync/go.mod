module example.com/rules/atomic-outside-sync

go 1.21
