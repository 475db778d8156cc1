# shellcheck shell=bash disable=SC2034
# What Entvas needs from Debian 12 and 13, and how it is installed. Sourced by start, test and bench.
# Set ENTVAS_SKIP_INSTALL=1 to build with what is already there (other distributions, locked-down machines).

# To build and run the server without Widgets.
packages_server=(
    g++ cmake ninja-build ccache pkg-config
    qt6-base-dev qt6-base-dev-tools qt6-websockets-dev qt6-httpserver-dev libgl1-mesa-dev
    libboost-dev rapidjson-dev zlib1g-dev prometheus-cpp-dev
    libssl-dev libcjose-dev libjansson-dev
    libqt6sql6-psql libqt6sql6-sqlite
)
# To build and run the program, desktop and all.
packages_build=(
    "${packages_server[@]}"
    qt6-charts-dev qt6-tools-dev qt6-l10n-tools qt6-translations-l10n
    libxkbcommon-dev qtkeychain-qt6-dev libsecret-1-0
    fonts-inter fonts-jetbrains-mono
)
# To run the tests: a database server of their own (they start it and stop it themselves), and what the scripts call.
packages_test=(mold postgresql sqlite3 dbus-daemon gnome-keyring openssl python3-jsonschema python3-yaml)
# For the long run only: Debian starts nginx on port 80, PgBouncer on 6432 and Prometheus on 9090 as soon as they are
# installed, which nobody wants on a workstation (the tests start their own, on ports of their own); the others look at
# what is packaged, and without one of them its test is skipped.
packages_test_all=(xvfb x11-xkb-utils xdotool nginx-light pgbouncer prometheus desktop-file-utils appstream shellcheck man-db)
packages_bench=(postgresql libbenchmark-dev)

say() { if [ -t 2 ]; then printf '\033[1m==>\033[0m %s\n' "$*"; else printf '==> %s\n' "$*"; fi >&2; }
die() { printf 'entvas: %s\n' "$*" >&2; exit 1; }

# The Debian release, or nothing on any other system.
debian_release() {
    local ID='' VERSION_ID=''
    # shellcheck source=/dev/null
    [ -r /etc/os-release ] && . /etc/os-release
    [ "$ID" = debian ] && printf '%s' "$VERSION_ID"
}

# Packages of the desktop whose name differs between the releases.
release_packages() {
    case "$1" in
    12) echo libqt6opengl6-dev qt6-svg-dev ;;
    13) echo qt6-svg-dev qt6-svg-plugins ;;
    esac
}
# shellcheck disable=SC2207
packages_build+=($(release_packages "$(debian_release)"))

# To build the fuzzers: Clang and the runtime libraries of its sanitizers, which come by version.
fuzz_packages() {
    case "$1" in
    12) echo clang libclang-rt-14-dev ;;
    13) echo clang libclang-rt-19-dev ;;
    esac
}

# To read the sources with clang-tidy.
tidy_packages() {
    case "$1" in
    12 | 13) echo clang clang-tidy ;;
    esac
}
# To see whether they are laid out as they should be: other releases have another version, which would differ.
format_packages() {
    case "$1" in
    12) echo clang-format ;;
    esac
}

is_installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

# need PACKAGE…: installs those that are missing, and says so. Costs a moment when nothing is.
need() {
    [ -z "${ENTVAS_SKIP_INSTALL:-}" ] || return 0
    local release package missing=() root=()
    release=$(debian_release)
    case "$release" in
    12 | 13) ;;
    *)
        # shellcheck source=/dev/null
        die "this machine runs $(. /etc/os-release 2>/dev/null && echo "${PRETTY_NAME:-an unknown system}"), but the set-up knows Debian 12 and 13 only.
Install Qt 6.4 or newer with Charts, HttpServer and WebSockets, Boost, RapidJSON, zlib, prometheus-cpp, CMake and Ninja by other means,
then run this again with ENTVAS_SKIP_INSTALL=1." ;;
    esac
    for package in "$@"; do
        is_installed "$package" || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || die "these packages are missing, and there is no sudo to install them: ${missing[*]}"
        root=(sudo)
    fi
    say "Installing ${#missing[@]} packages: ${missing[*]}"
    "${root[@]}" apt-get update -q
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}"
}

# build_folder PRESET: where it is built. That is build/PRESET, unless not all of it can be written (a checkout on a
# read-only disk or of another user, a build that was made with sudo): then a folder in the user's own cache, for scripts
# that set builds_elsewhere.
build_folder() {
    local folder=build/$1 nearest
    nearest=$folder
    until [ -e "$nearest" ]; do nearest=$(dirname "$nearest"); done
    if [ -w "$nearest" ] && [ -z "$(find "$folder" ! -writable -print -quit 2>/dev/null)" ]; then
        printf '%s' "$folder"
    else
        printf '%s/entvas/build/%s/%s' "${XDG_CACHE_HOME:-$HOME/.cache}" "$(pwd -P | cksum | cut -d' ' -f1)" "$1"
    fi
}

# build PRESET [CMAKE OPTION…]: configures and builds in its build_folder. A second run builds what changed.
build() {
    local preset=$1 folder home
    shift
    folder=$(build_folder "$preset")
    # CMake builds only where it was configured, and a checkout may be moved or copied.
    home=$(sed -n 's/^CMAKE_HOME_DIRECTORY:INTERNAL=//p' "$folder/CMakeCache.txt" 2>/dev/null || true)
    if [ -n "$home" ] && [ "$(cd "$home" 2>/dev/null && pwd -P)" != "$(pwd -P)" ]; then
        say "$folder was made in $home: this checkout was moved or copied, so it is built anew"
        rm -rf --one-file-system "$folder"
    fi
    say "Building ($preset) in $folder; the first time takes some minutes"
    export NINJA_STATUS='[%f/%t, %es] '
    if [ "$folder" = "build/$preset" ]; then
        cmake --preset "$preset" "$@" >&2
        cmake --build --preset "$preset" >&2
    else
        [ -n "${builds_elsewhere:-}" ] ||
            die "not all of build/$preset can be written by $(id -un): give it to this user (chown -R), remove it, or take a checkout of your own"
        say "Not all of build/$preset can be written by $(id -un), hence that folder"
        cmake --preset "$preset" -B "$folder" "$@" >&2
        cmake --build "$folder" >&2
    fi
}
