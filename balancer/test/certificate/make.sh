#!/bin/sh
# Makes the certificates that origins have in tests, all for the key in key.pem, and forgets what signed them. Needs OpenSSL 3.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
touch "$work/index"
cat >"$work/config" <<'CONFIG'
[ca]
default_ca = usual
[usual]
database = $ENV::WORK/index
new_certs_dir = $ENV::WORK
default_md = sha256
rand_serial = yes
unique_subject = no
policy = any
[any]
commonName = supplied
CONFIG

# signed FILE KEY SIGNER EXTENSION [UNTIL]: a certificate for a key, by a signer of which the key and the certificate are there.
signed() {
  printf '%s\n' "$4" >"$work/extensions"
  openssl req -new -key "$2" -subj "/CN=$1 in tests" -out "$work/request"
  by=$([ "$3" = itself ] && echo "-selfsign" || echo "-cert $3.pem")
  WORK=$work openssl ca -batch -notext -config "$work/config" -in "$work/request" -out "$1.pem" $by -keyfile "$work/$3.key" \
    -startdate 20200101000000Z -enddate "${5:-21200101000000Z}" -extfile "$work/extensions" 2>"$work/told" || cat "$work/told"
}
# signer FILE SIGNER: one that may sign others.
signer() {
  openssl ecparam -name prime256v1 -genkey -noout -out "$work/$1.key"
  cp "$work/$1.key" "$work/itself.key"
  signed "$1" "$work/$1.key" "$2" 'basicConstraints=critical,CA:TRUE'
}

signer authority itself
signer other-authority itself
signer between authority
signed local key.pem authority 'subjectAltName=DNS:localhost,IP:127.0.0.1'
signed elsewhere key.pem authority 'subjectAltName=DNS:shop.internal,DNS:*.shop.internal'
signed expired key.pem authority 'subjectAltName=DNS:localhost,IP:127.0.0.1' 20200201000000Z
signed chained key.pem between 'subjectAltName=DNS:localhost,IP:127.0.0.1'
signed other key.pem other-authority 'subjectAltName=DNS:localhost,IP:127.0.0.1'
