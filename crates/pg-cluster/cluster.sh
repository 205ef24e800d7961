#!/bin/sh
# A throwaway PostgreSQL, in a folder of its own: on a Unix socket, without a password, and as durable as a real one
# only if told `durable`. Prints its folder when it answers. Understands the lines `stop` (as if killed), `start`, `hang` and `go_on` (its processes
# stand still) and `create NAME` (a database) on standard input, and answers each with the same line when it is done; goes away, folder
# and all, on `end` or when that ends, and so with whoever started it, however that one dies.
set -eu

bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
[ -x "$bin/postgres" ] || { echo "there is no PostgreSQL: apt-get install postgresql" >&2; exit 1; }
durable=off
[ "${1:-}" = durable ] && durable=on

folder=$(mktemp -d /tmp/telefonist-pg.XXXXXX)
# PostgreSQL refuses to be root.
as=
if [ "$(id -u)" = 0 ]; then
    chown postgres "$folder"
    as="runuser -u postgres --"
fi
cd "$folder"

start() {
    $as "$bin/postgres" -D "$folder/data" -k "$folder" -c listen_addresses= -c max_connections=300 \
        -c fsync=$durable -c full_page_writes=$durable -c shared_buffers=64MB \
        >>"$folder/log" 2>&1 </dev/null &
    started=$!
    until $as "$bin/pg_isready" -q -h "$folder" -U telefonist; do
        kill -0 "$started" 2>/dev/null || { cat "$folder/log" >&2; exit 1; }
        sleep 0.05
    done
}

# $1 is the signal, for the server and each session of it.
signal() {
    main=$(head -n 1 "$folder/data/postmaster.pid")
    kill "-$1" "$main" $(ps -o pid= --ppid "$main")
}

# runuser stands still too when what it runs does, and would not be told of its end.
go_on() {
    signal CONT
    kill -CONT "$started"
}

# SIGQUIT: at once, without a goodbye to anybody.
stop() {
    [ -f "$folder/data/postmaster.pid" ] || return 0
    go_on 2>/dev/null || true
    kill -QUIT "$(head -n 1 "$folder/data/postmaster.pid")" 2>/dev/null || true
    wait 2>/dev/null || true
}

trap 'stop; rm -rf "$folder"' EXIT
trap 'exit 1' INT TERM
$as "$bin/initdb" -D "$folder/data" -U telefonist --auth=trust --no-sync -E UTF8 --locale=C.UTF-8 \
    >"$folder/log" 2>&1 || { cat "$folder/log" >&2; exit 1; }
start
echo "$folder"
while read -r line; do
    case $line in
        stop) stop; echo stop ;;
        start) start; echo start ;;
        hang) signal STOP; echo hang ;;
        go_on) go_on; echo go_on ;;
        create\ *) $as "$bin/createdb" -h "$folder" -U telefonist -T template0 "${line#create }" && echo "$line" || echo ;;
        end) exit 0 ;;
    esac
done
