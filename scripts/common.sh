# What the scripts share: an interpreter, and Debian's packages where something is missing.

python=${PYTHON:-python3}
missing=()

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

# need COMMAND PACKAGE
need() {
  command -v "$1" >/dev/null || missing+=("$2")
}

install_missing() {
  [ "${#missing[@]}" -gt 0 ] || return 0
  as_root apt-get update -q
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends "${missing[@]}"
}
