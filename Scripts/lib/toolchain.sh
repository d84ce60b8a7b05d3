# Sourced by the scripts beside this folder: installs what is missing on Debian and Ubuntu, and makes Python environments.

# Debian packages that the program is built with and runs on.
readonly packages=(
    libopenblas-dev libdnnl-dev libhdf5-dev libpng-dev libjpeg62-turbo-dev libcairo2-dev zlib1g-dev pkg-config
    fonts-dejavu-core
)

die() { printf 'convscope: %s\n' "$1" >&2; printf '  fix: %s\n' "$2" >&2; exit 1; }

# The name that this distribution has for a package: Ubuntu calls libjpeg-turbo otherwise.
package_name() {
    if [ "$1" = libjpeg62-turbo-dev ] && ! apt-cache show "$1" >/dev/null 2>&1; then echo libjpeg-dev; else echo "$1"; fi
}

is_installed() { dpkg-query -W -f='${Status}' "$1" 2>/dev/null | grep -q '^install ok installed$'; }

# Installs Debian packages that are not there yet, as root or through sudo.
install_packages() {
    local missing=() name
    for name in "$@"; do
        is_installed "$name" || { [ "$name" = libjpeg62-turbo-dev ] && is_installed libjpeg-dev; } || missing+=("$name")
    done
    [ ${#missing[@]} -eq 0 ] && return 0
    command -v apt-get >/dev/null ||
        die "these libraries are missing: ${missing[*]}" "install them with your distribution's package manager"
    local root=()
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null ||
            die "these packages are missing, and neither root nor sudo is at hand: ${missing[*]}" \
                "ask an administrator to run: apt-get install ${missing[*]}"
        root=(sudo)
    fi
    echo "convscope: installing ${missing[*]}" >&2
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq >&2
    local names=()
    for name in "${missing[@]}"; do names+=("$(package_name "$name")"); done
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${names[@]}" >&2
}

ensure_packages() {
    command -v swift >/dev/null ||
        die "there is no Swift toolchain on PATH" "install Swift 6.1 or newer: https://www.swift.org/install/linux"
    install_packages "${packages[@]}"
}

# ensure_python FOLDER REQUIREMENT…: a virtual environment with pinned packages, made once.
ensure_python() {
    local folder=$1
    shift
    [ -f "$folder/.complete" ] && [ "$(cat "$folder/.complete")" = "$*" ] && return 0
    python3 -c 'import venv, ensurepip' 2>/dev/null || install_packages python3 python3-venv
    echo "convscope: making a Python environment with $*" >&2
    rm -rf "$folder" && python3 -m venv "$folder" && "$folder/bin/pip" install -q --disable-pip-version-check "$@" >&2 &&
        printf '%s' "$*" >"$folder/.complete"
}
