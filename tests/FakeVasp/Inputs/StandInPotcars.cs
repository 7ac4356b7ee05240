using System.Globalization;
using IpActors.Science.Crystals;

namespace IpActors.FakeVasp.Inputs;

/// <summary>A library of POTCARs that hold no potential: the header lines that programs look for, marked as stand-ins.</summary>
static class StandInPotcars
{
    static readonly (string Name, double Valence, double EnmaxEv)[] Known =
        [("Li_sv", 3, 500), ("Li", 1, 140), ("H", 1, 250), ("O", 6, 400), ("S", 6, 280), ("Se", 6, 212), ("Te", 6, 175), ("F", 7, 400), ("Cl", 7, 280), ("Br", 7, 216), ("I", 7, 176)];

    public static void Make(string folder)
    {
        foreach (var (name, valence, enmax) in Known)
        {
            var path = Path.Combine(folder, name, "POTCAR");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, Text(name, valence, enmax));
        }
    }

    static string Text(string name, double valence, double enmax)
    {
        var element = name.Split('_')[0];
        return string.Create(CultureInfo.InvariantCulture, $"""
              PAW_PBE {name} standin
              {valence:0.00000}
             parameters from PSCTR are:
               VRHFIN ={element}: stand-in of FakeVasp, holds no potential
               LEXCH  = PE
               TITEL  = PAW_PBE {name} standin
               POMASS = {Elements.Get(element).MassU,8:0.000}; ZVAL   = {valence,8:0.000}    mass and valenz
               ENMAX  = {enmax,8:0.000}; ENMIN  = {0.75 * enmax,8:0.000} eV
             END of PSCTR-controll parameters
             This file is no pseudopotential. It is of use to FakeVasp alone.
             End of Dataset

            """).ReplaceLineEndings("\n");
    }
}
