#!/bin/sh
# Starts Trạm on the Node that came with it. Called by its path: a link to a folder above may stand in it, a link to
# this file may not.
case $0 in */*) here=${0%/*} ;; *) here=. ;; esac
exec "$here/../node/bin/node" "$here/../app/bin/tram.mjs" "$@"
