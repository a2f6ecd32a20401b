package main

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
)

// The servers are started once; the clients keep no connection.
var (
	server  *httptest.Server
	client  *http.Client
	address string
	db      *sql.DB
)

// answer is the handler. serving says that it runs in a goroutine that is measured.
var serving bool

func answer(w http.ResponseWriter, r *http.Request) {
	io.WriteString(w, "hello "+r.URL.Path)
	if serving {
		end()
	}
}

func startPlain() {
	server = httptest.NewServer(http.HandlerFunc(answer))
	client = server.Client()
	address = server.URL + "/a"
}

func startTLS() {
	server = httptest.NewTLSServer(http.HandlerFunc(answer))
	client = server.Client()
	address = server.URL + "/a"
}

func startServing()    { startPlain(); serving = true }
func startServingTLS() { startTLS(); serving = true }

// get asks the server, and does not wait for more than the header.
//
//go:noinline
func get() {
	r, err := client.Get(address)
	if err != nil {
		panic(err)
	}
	io.Copy(io.Discard, r.Body)
	r.Body.Close()
}

func httpGet() { get(); end() }

// ask makes a connection and sends a request, and reads nothing.
func ask() {
	c, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		panic(err)
	}
	io.WriteString(c, "GET /a HTTP/1.1\r\nHost: a\r\n\r\n")
}

func askTLS() { get() }

// A driver that answers every query with one row.
type fake struct{}

func (fake) Open(string) (driver.Conn, error)             { return fake{}, nil }
func (fake) Prepare(string) (driver.Stmt, error)          { return fake{}, nil }
func (fake) Close() error                                 { return nil }
func (fake) Begin() (driver.Tx, error)                    { return fake{}, nil }
func (fake) Commit() error                                { return nil }
func (fake) Rollback() error                              { return nil }
func (fake) NumInput() int                                { return 1 }
func (fake) Exec([]driver.Value) (driver.Result, error)   { return driver.RowsAffected(1), nil }
func (fake) Query([]driver.Value) (driver.Rows, error)    { return &fakeRows{}, nil }
func (fake) Connect(context.Context) (driver.Conn, error) { return fake{}, nil }
func (fake) Driver() driver.Driver                        { return fake{} }

type fakeRows struct{ done bool }

func (*fakeRows) Columns() []string { return []string{"n"} }
func (*fakeRows) Close() error      { return nil }
func (r *fakeRows) Next(row []driver.Value) error {
	if r.done {
		return io.EOF
	}
	r.done = true
	row[0] = int64(7)
	return nil
}

func sqlQuery() {
	var n int
	if err := db.QueryRow("select n where m = ?", 1).Scan(&n); err != nil {
		panic(err)
	}
	end()
}

func sqlExec() {
	if _, err := db.Exec("update t set n = ?", 1); err != nil {
		panic(err)
	}
	end()
}

func sqlTx() {
	tx, err := db.Begin()
	if err != nil {
		panic(err)
	}
	tx.Exec("update t set n = ?", 1)
	tx.Commit()
	end()
}

func init() {
	add := func(kind, name, entry string, prepare, start func(), most int) {
		bodies = append(bodies, body{name, kind, "-", entry, start, prepare, most})
	}
	add("net", "httpGet", "main.httpGet", startPlain, func() { go httpGet() }, 100)
	add("net", "httpsGet", "main.httpGet", startTLS, func() { go httpGet() }, 100)
	add("net", "httpServe", "net/http.(*conn).serve", startServing, ask, 100)
	add("net", "httpsServe", "net/http.(*conn).serve", startServingTLS, func() { go askTLS() }, 100)
	open := func() { db = sql.OpenDB(fake{}) }
	add("sql", "sqlQuery", "main.sqlQuery", open, func() { go sqlQuery() }, 0)
	add("sql", "sqlExec", "main.sqlExec", open, func() { go sqlExec() }, 0)
	add("sql", "sqlTx", "main.sqlTx", open, func() { go sqlTx() }, 0)
}
