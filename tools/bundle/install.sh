#!/bin/sh
# Installs Trạm from this folder, without a network and with nothing but a shell: see --help.
case $0 in */*) here=${0%/*} ;; *) here=. ;; esac
exec "$here/node/bin/node" "$here/install.ts" "$@"
