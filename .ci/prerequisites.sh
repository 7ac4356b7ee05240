# What a fresh machine needs; sourced by ./ipactors and ./test. Messages go to stderr.

require_dotnet() {
    local version
    if ! command -v dotnet >/dev/null; then
        echo "ipactors: the .NET SDK 10 is not installed; get it from https://dotnet.microsoft.com/download/dotnet/10.0 (Debian, Ubuntu: apt-get install dotnet-sdk-10.0)" >&2
        exit 1
    fi
    version="$(cd / && dotnet --list-sdks 2>/dev/null | cut -d' ' -f1 | sort -V | tail -n1)"
    if [[ -z "$version" || "${version%%.*}" -lt 10 ]]; then
        echo "ipactors: the .NET SDK 10 or later is needed, found ${version:-none}; get it from https://dotnet.microsoft.com/download/dotnet/10.0" >&2
        exit 1
    fi
}

has_spglib() {
    [[ -n "${IPACTORS_SPGLIB:-}" ]] && return 0
    local libraries ldconfig=ldconfig
    command -v ldconfig >/dev/null || ldconfig=/sbin/ldconfig
    libraries="$("$ldconfig" -p 2>/dev/null || true)"
    [[ "$libraries" == *libsymspg.so* ]]
}

# Installs libsymspg1 where apt-get is there and root is ours; else says what to install. Tried once per machine start.
require_spglib() {
    has_spglib && return 0
    local as_root=()
    if command -v apt-get >/dev/null && [[ "$(uname -s)" == Linux ]]; then
        if [[ "$(id -u)" != 0 ]]; then
            if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then as_root=(sudo -n)
            else
                echo "ipactors: spglib is missing; install it with: sudo apt-get install libsymspg1 (or set IPACTORS_SPGLIB to the library's path)" >&2
                return 1
            fi
        fi
        echo "ipactors: installing the Debian package libsymspg1 (spglib)" >&2
        if { "${as_root[@]}" apt-get update && "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends libsymspg1; } >&2 </dev/null && has_spglib; then return 0; fi
    fi
    echo "ipactors: spglib could not be installed; install libsymspg.so.1 (Debian, Ubuntu: libsymspg1; conda-forge: spglib) and set IPACTORS_SPGLIB to its path if it is not among the system's libraries" >&2
    return 1
}
