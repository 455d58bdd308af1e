module fairlead.dev/load

go 1.24
