#!/bin/sh
# What the image starts: renders the configuration (settings: see render.sh) and becomes nginx.
set -eu
"$(dirname -- "$0")/render.sh"
exec nginx -e stderr -c "$NGINX_DIR/nginx.conf" -g 'daemon off;'
