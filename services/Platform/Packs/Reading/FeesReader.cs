using EServices.Contracts;

namespace EServices.Platform.Packs.Reading;

internal static class FeesReader
{
    private const string File = "fees.json";

    /// <summary>A hundred thousand rupees: a fee beyond it is paise written as rupees twice over.</summary>
    private const long HighestPaise = 10_000_000;

    public static FeeBook Read(PackFolder pack, Known known, Known sources)
    {
        var payees = new Known("payee");
        var payeeList = new List<Named>();
        var rules = new List<FeeSchedule>();
        if (JsonPlace.Root(pack, File) is { } root)
        {
            foreach (var item in root.Items("payees"))
            {
                payeeList.Add(new(item.Id(payees), item.Words("name")));
                item.Done();
            }

            foreach (var item in root.Items("rules"))
            {
                rules.Add(new(item.Id(known), item.Words("name"), Versions(item, payees, sources)));
                item.Done();
            }

            root.Done();
        }
        else
        {
            known.Unreadable = true;
        }

        return new(new(payeeList.DistinctBy(payee => payee.Id), payee => payee.Id), new(rules.DistinctBy(rule => rule.Id), rule => rule.Id));
    }

    private static List<FeeVersion> Versions(JsonPlace rule, Known payees, Known sources)
    {
        var versions = new List<FeeVersion>();
        foreach (var item in rule.Items("versions"))
        {
            var version = new FeeVersion((int)item.Number("version", 1, 100_000), item.Date("from"), item.OptionalDate("to"), item.Reference("source", sources), Lines(item, payees));
            if (version.To < version.From) item.Wrong("to", "The last day is before the first.");
            if (versions.Count > 0)
            {
                var before = versions[^1];
                if (version.Version <= before.Version) item.Wrong("version", $"Versions count upwards; {version.Version} follows {before.Version}.");
                if (version.From > DateOnly.MinValue && (before.To is null || version.From <= before.To))
                    item.Wrong("from", $"Version {version.Version} begins on {version.From:yyyy-MM-dd}, but version {before.Version} is still in force: only one may be at a time.");
            }

            item.Done();
            versions.Add(version);
        }

        if (versions.Count == 0 && rule.Has("versions")) rule.Wrong("versions", "A fee rule has at least one version.");
        return versions;
    }

    internal static List<FeeItem> Lines(JsonPlace version, Known payees)
    {
        var codes = new HashSet<string>(StringComparer.Ordinal);
        var lines = new List<FeeItem>();
        foreach (var item in version.Items("lines"))
        {
            var line = new FeeItem(
                item.Matching("code", PackFolder.Id(), "a code: small letters, digits and single hyphens"),
                item.Words("label"),
                item.Words("why"),
                item.Number("paise", 0, HighestPaise),
                (int)(item.OptionalNumber("taxBasisPoints", 0, 10_000) ?? 0),
                item.Reference("payee", payees),
                item.ChoicesOf<Channel>("channels"));
            if (!codes.Add(line.Code) && line.Code.Length > 0) item.Wrong("code", $"The line \"{line.Code}\" is there twice in this version.");
            item.Done();
            lines.Add(line);
        }

        return lines;
    }
}
