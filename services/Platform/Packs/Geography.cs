using EServices.Contracts;

namespace EServices.Platform.Packs;

public sealed class Geography
{
    private readonly Dictionary<string, IReadOnlyList<PincodeRow>> pincodes;
    private readonly Dictionary<string, IReadOnlyList<Tehsil>> tehsilsOf;

    public Geography(
        IReadOnlyDictionary<Level, Localised> levels, PackList<Named> divisions, PackList<District> districts, PackList<Tehsil> tehsils, PackList<Block> blocks, IReadOnlyList<PincodeRow> pincodeRows)
    {
        Levels = levels;
        Divisions = divisions;
        Districts = districts;
        Tehsils = tehsils;
        Blocks = blocks;
        Pincodes = pincodeRows;
        pincodes = pincodeRows.GroupBy(row => row.Prefix).ToDictionary(rows => rows.Key, rows => (IReadOnlyList<PincodeRow>)[.. rows]);
        tehsilsOf = tehsils.GroupBy(tehsil => tehsil.DistrictCode).ToDictionary(group => group.Key, group => (IReadOnlyList<Tehsil>)[.. group]);
    }

    /// <summary>What the state calls its levels: a tehsil may be a taluka or a mandal.</summary>
    public IReadOnlyDictionary<Level, Localised> Levels { get; }

    public PackList<Named> Divisions { get; }

    /// <summary>By LGD district code.</summary>
    public PackList<District> Districts { get; }

    /// <summary>By LGD sub-district code. Codes of different levels overlap: 5 is a district, a tehsil and a block.</summary>
    public PackList<Tehsil> Tehsils { get; }

    /// <summary>By LGD block code.</summary>
    public PackList<Block> Blocks { get; }

    public IReadOnlyList<PincodeRow> Pincodes { get; }

    public IReadOnlyList<Tehsil> TehsilsOf(string districtCode) => tehsilsOf.GetValueOrDefault(districtCode, []);

    /// <summary>Whether an address with this pincode can lie in this district.</summary>
    public PincodeMatch Match(string pincode, string districtCode)
    {
        if (!IsPincode(pincode)) return PincodeMatch.No;
        // A pincode listed for a neighbour can still straddle the border: the wider ranges are asked too.
        for (var length = pincode.Length; length >= 2; length--)
            if (pincodes.TryGetValue(pincode[..length], out var rows) && rows.Any(row => row.DistrictCode == districtCode))
                return length == pincode.Length ? PincodeMatch.Known : PincodeMatch.Plausible;
        return PincodeMatch.No;
    }

    /// <summary>The districts a pincode points to, the surest first; empty for a pincode that is not this state's.</summary>
    public IReadOnlyList<District> DistrictsOf(string pincode)
    {
        if (!IsPincode(pincode)) return [];
        for (var length = pincode.Length; length >= 2; length--)
            if (pincodes.TryGetValue(pincode[..length], out var rows)) return [.. rows.Select(row => Districts[row.DistrictCode]).Distinct()];
        return [];
    }

    /// <summary>Whether an office or a person responsible for <paramref name="outer"/> is responsible for <paramref name="inner"/> too.</summary>
    public bool Covers(Territory outer, Territory inner)
    {
        if (outer.Level == Level.State || outer == inner) return true;
        var district = DistrictOf(inner);
        if (district is null) return false;
        return outer.Level switch
        {
            Level.District => outer.Code == district.Code,
            Level.Division => outer.Code == district.Division,
            _ => false,
        };
    }

    public District? DistrictOf(Territory territory) => territory.Level switch
    {
        Level.District => Districts.Find(territory.Code),
        Level.Tehsil => Districts.Find(Tehsils.Find(territory.Code)?.DistrictCode),
        Level.Block => Districts.Find(Blocks.Find(territory.Code)?.DistrictCode),
        _ => null,
    };

    /// <summary>Whether the pack has such a territory.</summary>
    public bool Knows(Territory territory) => territory.Level switch
    {
        Level.State => true,
        Level.Division => Divisions.Has(territory.Code),
        Level.District => Districts.Has(territory.Code),
        Level.Tehsil => Tehsils.Has(territory.Code),
        Level.Block => Blocks.Has(territory.Code),
        _ => false,
    };

    internal static bool IsPincode(string text) => text.Length == 6 && text[0] != '0' && text.All(char.IsAsciiDigit);
}

public enum Level
{
    State,
    Division,
    District,
    Tehsil,
    Block,
}

public enum PincodeMatch
{
    /// <summary>No range of this pincode belongs to the district.</summary>
    No,

    /// <summary>The pincode's range is shared by the district.</summary>
    Plausible,

    /// <summary>The pincode is listed for the district.</summary>
    Known,
}

/// <summary>A place with its level, because LGD codes repeat across levels. Written <c>tehsil:79</c>, <c>district:5</c>, <c>division:north</c>, <c>state</c>.</summary>
public readonly record struct Territory(Level Level, string Code)
{
    public static Territory State { get; } = new(Level.State, "");

    public static bool TryParse(string? text, out Territory territory)
    {
        territory = State;
        if (string.IsNullOrEmpty(text)) return false;
        if (text == "state") return true;
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0 || colon == text.Length - 1) return false;
        Level? level = text[..colon] switch
        {
            "division" => Level.Division,
            "district" => Level.District,
            "tehsil" => Level.Tehsil,
            "block" => Level.Block,
            _ => null,
        };
        if (level is null) return false;
        territory = new(level.Value, text[(colon + 1)..]);
        return true;
    }

    public override string ToString() => Level switch
    {
        Level.Division => $"division:{Code}",
        Level.District => $"district:{Code}",
        Level.Tehsil => $"tehsil:{Code}",
        Level.Block => $"block:{Code}",
        _ => "state",
    };
}

/// <param name="Code">LGD code.</param>
/// <param name="Division">Id of a division, or empty where the state has none.</param>
public sealed record District(string Code, Localised Name, string Division, double Latitude, double Longitude)
{
    /// <summary>How one gets about there.</summary>
    public Roads Roads { get; init; } = Roads.Usual;
}

/// <summary>What travel is estimated by where no routing server is asked.</summary>
/// <param name="Detour">Length of the road over that of the straight line.</param>
/// <param name="KmPerHour">Speed along the road, halts included.</param>
public sealed record Roads(Relief Relief, double Detour, double KmPerHour)
{
    /// <summary>For a pack that says nothing of roads.</summary>
    public static readonly Roads Usual = new(Relief.Plain, 1.4, 30);
}

public enum Relief
{
    Plain,
    Hills,
    Mountains,
}

/// <param name="Exactness">How exact the coordinates are.</param>
public sealed record Tehsil(string Code, string DistrictCode, string Name, double Latitude, double Longitude, Exactness Exactness);

/// <param name="Exactness">How exact the coordinates are.</param>
public sealed record Block(string Code, string DistrictCode, string Name, double Latitude, double Longitude, Exactness Exactness);

public enum Exactness
{
    /// <summary>The town or village that gives the place its name, within some kilometres.</summary>
    Town,

    /// <summary>A place of the same locality is known, not this one.</summary>
    Nearby,

    /// <summary>Only the district is sure: its centre with a small fixed offset, so that no two places coincide.</summary>
    DistrictOffset,
}

/// <param name="Prefix">Two to six digits that begin the pincodes meant; six are one pincode.</param>
public sealed record PincodeRow(string Prefix, string DistrictCode, string Place);
