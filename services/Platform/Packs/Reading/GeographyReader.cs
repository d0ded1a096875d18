using EServices.Contracts;

namespace EServices.Platform.Packs.Reading;

internal static class GeographyReader
{
    public static Geography? Read(PackFolder pack, AboutRead about, Known districts, Known tehsils, Known divisions)
    {
        const string Room = "geography/";
        var bounds = about.Bounds;
        var before = pack.Findings.Count;

        string[] names = [.. pack.Languages.Select(language => $"name_{language}")];
        var districtRows = CsvFile.Rows(pack, Room + "districts.csv", ["lgd_code", .. names, "division", "latitude", "longitude"]);
        districts.Unreadable = districtRows is null;
        var districtList = new List<District>();
        foreach (var row in districtRows ?? [])
        {
            var words = new Localised(pack.Languages.ToDictionary(language => language, language => row.Text($"name_{language}")));
            var division = row.Optional("division");
            if (division.Length > 0 && !divisions.Has(division)) row.Wrong("division", divisions.Unknown(division));
            if (division.Length == 0 && divisions.Ids.Any()) row.Wrong("division", "The state has divisions; each district is in one.");
            districtList.Add(new(
                row.Code("lgd_code", districts), words, division, row.Coordinate("latitude", bounds.South, bounds.North), row.Coordinate("longitude", bounds.West, bounds.East)));
        }

        var roads = Roads(pack, Room + "roads.csv", districts);
        districtList = [.. districtList.Select(district => roads.TryGetValue(district.Code, out var told) ? district with { Roads = told } : district)];

        var tehsilList = Places(pack, Room + "tehsils.csv", bounds, districts, tehsils)
            .Select(place => new Tehsil(place.Code, place.District, place.Name, place.Latitude, place.Longitude, place.Exactness)).ToList();
        var blockList = Places(pack, Room + "blocks.csv", bounds, districts, new Known("block"))
            .Select(place => new Block(place.Code, place.District, place.Name, place.Latitude, place.Longitude, place.Exactness)).ToList();
        foreach (var district in districtList)
            if (pack.Findings.Count == before && tehsilList.TrueForAll(tehsil => tehsil.DistrictCode != district.Code))
                pack.Findings.AtFile(Room + "tehsils.csv", $"The district {district.Code} ({district.Name.In(pack.Languages[0])}) has no tehsil.");

        var pincodes = Pincodes(pack, Room + "pincodes.csv", districts);
        foreach (var district in districtList)
            if (pack.Findings.Count == before && pincodes.TrueForAll(row => row.DistrictCode != district.Code))
                pack.Findings.AtFile(Room + "pincodes.csv", $"The district {district.Code} ({district.Name.In(pack.Languages[0])}) has no pincode: no address there could be accepted.");

        // A geography with errors is never handed out: looking up a district that is there twice, say, would throw.
        return pack.Findings.Count > before
            ? null
            : new(
                about.Levels,
                about.Divisions,
                new(districtList, district => district.Code),
                new(tehsilList, tehsil => tehsil.Code),
                new(blockList, block => block.Code),
                pincodes);
    }

    /// <summary>The only file a pack may lack: then every district's roads are <see cref="Packs.Roads.Usual"/>. Where it is, it tells of each district.</summary>
    private static Dictionary<string, Roads> Roads(PackFolder pack, string file, Known districts)
    {
        var roads = new Dictionary<string, Roads>(StringComparer.Ordinal);
        if (!File.Exists(pack.PathOf(file)) || CsvFile.Rows(pack, file, "district_code", "relief", "detour", "km_per_hour") is not { } rows)
            return roads;
        foreach (var row in rows)
        {
            var relief = Relief.Plain;
            if (row.Text("relief") is { Length: > 0 } named && !JsonPlace.TryChoice(named, out relief))
                row.Wrong("relief", $"\"{named}\" is none of {JsonPlace.Choices<Relief>()}.");
            var district = row.Reference("district_code", districts);
            if (!roads.TryAdd(district, new(relief, row.Decimal("detour", 1, 5), row.Decimal("km_per_hour", 3, 120))))
                row.Wrong("district_code", $"The district {district} is there twice.");
        }

        foreach (var code in districts.Ids.Where(code => !roads.ContainsKey(code))) pack.Findings.AtFile(file, $"The district {code} is missing.");
        return roads;
    }

    private static IEnumerable<(string Code, string District, string Name, double Latitude, double Longitude, Exactness Exactness)> Places(
        PackFolder pack, string file, Bounds bounds, Known districts, Known known)
    {
        var rows = CsvFile.Rows(pack, file, "lgd_code", "district_code", "name", "latitude", "longitude", "exactness");
        known.Unreadable = rows is null;
        foreach (var row in rows ?? [])
        {
            var exactness = row.Text("exactness") switch
            {
                "town" => Exactness.Town,
                "nearby" => Exactness.Nearby,
                "district-offset" => Exactness.DistrictOffset,
                _ => (Exactness?)null,
            };
            if (exactness is null && row.Optional("exactness").Length > 0) row.Wrong("exactness", $"\"{row.Optional("exactness")}\" is none of town, nearby, district-offset.");
            yield return (
                row.Code("lgd_code", known),
                row.Reference("district_code", districts),
                row.Text("name"),
                row.Coordinate("latitude", bounds.South, bounds.North),
                row.Coordinate("longitude", bounds.West, bounds.East),
                exactness ?? Exactness.DistrictOffset);
        }
    }

    private static List<PincodeRow> Pincodes(PackFolder pack, string file, Known districts)
    {
        var rows = new List<PincodeRow>();
        var seen = new HashSet<(string, string)>();
        foreach (var row in CsvFile.Rows(pack, file, "pincode", "district_code", "place") ?? [])
        {
            var prefix = row.Text("pincode");
            if (prefix.Length > 0 && (prefix.Length is < 2 or > 6 || prefix[0] == '0' || !prefix.All(char.IsAsciiDigit)))
                row.Wrong("pincode", $"\"{prefix}\" is not a pincode of six digits or the two to five digits with which some begin; the first is never 0.");
            var district = row.Reference("district_code", districts);
            if (!seen.Add((prefix, district))) row.Wrong("pincode", $"{prefix} is there twice for the district {district}.");
            rows.Add(new(prefix, district, row.Text("place")));
        }

        return rows;
    }
}
