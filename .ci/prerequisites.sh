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

# Installs a Debian package where apt-get is there and root is ours, and then asks again whether it is there; else says what to install. $1: package, $2: what it is, $3: the question, $4: other ways.
install_package() {
    local package="$1" what="$2" present="$3" otherwise="$4" as_root=()
    "$present" && return 0
    if command -v apt-get >/dev/null && [[ "$(uname -s)" == Linux ]]; then
        if [[ "$(id -u)" != 0 ]]; then
            if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then as_root=(sudo -n)
            else
                echo "ipactors: $what is missing; install it with: sudo apt-get install $package ($otherwise)" >&2
                return 1
            fi
        fi
        echo "ipactors: installing the Debian package $package ($what)" >&2
        if { "${as_root[@]}" apt-get update && "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$package"; } >&2 </dev/null && "$present"; then return 0; fi
    fi
    echo "ipactors: $what could not be installed ($otherwise)" >&2
    return 1
}

# Tried once per machine start.
require_spglib() {
    install_package libsymspg1 spglib has_spglib "or install libsymspg.so.1 another way (conda-forge: spglib) and set IPACTORS_SPGLIB to its path if it is not among the system's libraries"
}

has_postgresql() {
    local initdb
    for initdb in /usr/lib/postgresql/*/bin/initdb; do [[ -x "$initdb" ]] && return 0; done
    command -v initdb >/dev/null && command -v postgres >/dev/null
}

# For the tests, which start servers of their own in temporary folders; without it those that need one are skipped.
require_postgresql() {
    install_package postgresql PostgreSQL has_postgresql "the tests that need it are skipped; they look for initdb and postgres on the PATH and in /usr/lib/postgresql" || true
}

has_cp2k() {
    command -v cp2k.psmp >/dev/null && [[ -e /usr/share/cp2k/BASIS_MOLOPT ]]
}

# For the tests that run a real density-functional program (55 MB to load); without it they are skipped.
require_cp2k() {
    install_package cp2k CP2K has_cp2k "the tests that need it are skipped; they look for cp2k.psmp on the PATH and its data in /usr/share/cp2k" || true
}

has_slurm() { command -v slurmctld >/dev/null && command -v slurmd >/dev/null && command -v sbatch >/dev/null && command -v munged >/dev/null; }

# For the tests, which start a controller and nodes of their own in temporary folders; without it those that need one are skipped.
require_slurm() {
    install_package slurm-wlm Slurm has_slurm "the tests that need it are skipped; Debian, Ubuntu: apt-get install slurm-wlm munge" || true
}

has_ase() {
    /usr/bin/python3 -c "import ase" 2>/dev/null
}

# For the test of config/command.yaml, whose relaxations are a script with ASE; without it that one is skipped.
require_ase() {
    install_package python3-ase ASE has_ase "the test that needs it is skipped; it asks /usr/bin/python3 for the module ase" || true
}
