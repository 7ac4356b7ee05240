#!/usr/bin/python3
"""Writes data/cp2k-keywords.txt, the sections and keywords that settings may name, from CP2K's own description of its input.

    cd "$(mktemp -d)" && cp2k.psmp --xml && /usr/bin/python3 .../cp2k_keywords.py cp2k_input.xml > .../data/cp2k-keywords.txt

One line a section: path, type of its own parameter ("-" for none), keywords as NAME:type, where a type is i (integer), r (real), l (logical), w (text) or {A,B,...} (one of), with "*" where it takes several values.
"""
import sys
import xml.etree.ElementTree as ET

ROOTS = ("GLOBAL", "EXT_RESTART", "MOTION", "FORCE_EVAL")
# Methods far from ground-state calculations of crystals and their dynamics stay out.
WITHIN = ("GLOBAL/PRINT", "MOTION/CELL_OPT", "MOTION/GEO_OPT", "MOTION/MD", "MOTION/PRINT", "FORCE_EVAL/PRINT", "FORCE_EVAL/DFT", "FORCE_EVAL/SUBSYS")
OUT = {"ENERGY_CORRECTION", "KG_METHOD", "TDDFPT", "XAS_TDP", "XAS", "ALMO_SCF", "LS_SCF", "TRANSPORT", "LOCALIZE", "SCRF", "SCCS", "REAL_TIME_PROPAGATION", "EFIELD", "PERIODIC_EFIELD", "EXTERNAL_POTENTIAL",
       "EXTERNAL_DENSITY", "EXTERNAL_VXC", "DENSITY_FITTING", "ET_COUPLING", "BS", "COLVAR", "MULTIPOLES", "TOPOLOGY", "RNG_INIT", "RANDOMIZE", "VELOCITY", "SHELL_COORD", "CORE_COORD", "SHELL_VELOCITY", "CORE_VELOCITY",
       "SHELL", "ADIABATIC_DYNAMICS", "REFTRAJ", "THERMAL_REGION", "CASCADE", "TRANSITION_STATE", "RESPA", "MSST", "GLE", "AD_LANGEVIN", "INITIAL_VIBRATION", "AVERAGES", "VELOCITY_SOFTENING", "WF_CORRELATION", "HFX_RI",
       "HF", "ADIABATIC_RESCALING", "EACH", "CDFT", "QMMM", "MM", "PW_DFT", "EMBED", "MIXED", "EIP", "BSSE", "DDAPC_RESTRAINT", "DFTB", "XTB", "S2_RESTRAINT", "HIRSHFELD", "LRIGPW", "RELATIVISTIC", "SIC", "AUXILIARY_DENSITY_MATRIX_METHOD",
       "MULLIKEN_RESTRAINT", "DOWN_BASIS", "IMPLICIT", "MULTIPOLE", "WAVELET", "RI", "ALMO", "XC_KERNEL", "XC_POTENTIAL", "GCP_POTENTIAL", "TIP_SCAN", "WANNIER90", "AUX", "MOMENTS", "POTENTIAL", "BASIS", "PRINT_FORCES"}
TYPES = {"integer": "i", "real": "r", "logical": "l", "word": "w", "string": "w"}


def kind(k):
    t = k.find("DATA_TYPE")
    text = "{" + ",".join(i.findtext("NAME") for i in t.iter("ITEM")) + "}" if t.get("kind") == "keyword" else TYPES[t.get("kind")]
    return text + ("" if t.findtext("N_VAR") == "1" else "*")


def walk(section, path, lines):
    own = next((kind(k) for k in section.findall("SECTION_PARAMETERS")), "-")
    keys = sorted(n.text + ":" + kind(k) for k in section.findall("KEYWORD") for n in k.findall("NAME"))
    lines.append(" ".join([path, own, *keys]))
    for child in sorted(section.findall("SECTION"), key=lambda c: c.findtext("NAME")):
        name = child.findtext("NAME")
        below = f"{path}/{name}"
        functional = path.endswith("/XC_FUNCTIONAL") and name not in ("PBE",)
        if name not in OUT and not functional and any(below == w or below.startswith(w + "/") or w.startswith(below + "/") for w in WITHIN):
            walk(child, below, lines)


def main():
    root = ET.parse(sys.argv[1]).getroot()
    print(f"# Sections and keywords of {root.findtext('CP2K_VERSION')}, by tests/compare/cp2k_keywords.py from cp2k --xml")
    for section in root.findall("SECTION"):
        if section.findtext("NAME") in ROOTS:
            lines = []
            walk(section, section.findtext("NAME"), lines)
            print("\n".join(lines))


main()
