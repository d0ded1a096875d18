using System.Globalization;

namespace EServices.Benchmarks.Generated;

/// <summary>Where people live, of a state pack's geography: towns and villages by district.</summary>
internal sealed record Settlement(string District, string Name, double Latitude, double Longitude, bool Town);

internal sealed record Geography(IReadOnlyList<Settlement> Seats, IReadOnlyList<Settlement> Settlements)
{
    /// <summary>Reads districts' seats, tehsils and blocks of the pack; the folder is looked for from here upwards.</summary>
    public static Geography Load(string pack)
    {
        var folder = Find(pack);
        var seats = Rows(Path.Combine(folder, "districts.csv")).Select(row => new Settlement(row["lgd_code"], row["name_en"], Number(row, "latitude"), Number(row, "longitude"), true)).ToList();
        List<Settlement> settlements = [.. seats];
        foreach (var file in (string[])["tehsils.csv", "blocks.csv"])
        {
            settlements.AddRange(Rows(Path.Combine(folder, file)).Select(row => new Settlement(
                row["district_code"], row["name"], Number(row, "latitude"), Number(row, "longitude"), row["exactness"] == "town")));
        }
        return new Geography(seats, settlements);
    }

    private static double Number(Dictionary<string, string> row, string column) => double.Parse(row[column], CultureInfo.InvariantCulture);

    private static string Find(string pack)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var found = Path.Combine(folder.FullName, "deploy", "packs", pack, "geography");
            if (Directory.Exists(found))
                return found;
        }
        throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} has deploy/packs/{pack}/geography.");
    }

    private static IEnumerable<Dictionary<string, string>> Rows(string path)
    {
        var lines = File.ReadAllLines(path);
        var columns = Split(lines[0]);
        return lines.Skip(1).Where(line => line.Length > 0).Select(line => columns.Zip(Split(line)).ToDictionary(pair => pair.First, pair => pair.Second));
    }

    private static List<string> Split(string line)
    {
        List<string> cells = [];
        var (cell, quoted) = (new System.Text.StringBuilder(), false);
        foreach (var letter in line)
        {
            if (letter == '"')
                quoted = !quoted;
            else if (letter == ',' && !quoted)
                (_, cell) = (Added(cells, cell), cell.Clear());
            else
                cell.Append(letter);
        }
        cells.Add(cell.ToString());
        return cells;
    }

    private static bool Added(List<string> cells, System.Text.StringBuilder cell)
    {
        cells.Add(cell.ToString());
        return true;
    }
}
