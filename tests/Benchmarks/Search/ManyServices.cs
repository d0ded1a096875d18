using EServices.Catalogue.Search.Engine;
using EServices.Platform.Packs;

namespace EServices.Benchmarks.Search;

/// <summary>
/// A catalogue as large as a whole country's: the pack's own services, and beside each its like for districts, tehsils and blocks, schemes and offices with names
/// of their own.
/// </summary>
internal static class ManyServices
{
    private const char Of = '~';

    /// <summary>The service of the pack that a made one is like; the id itself where it is the pack's own.</summary>
    public static string Original(string id) => id.IndexOf(Of, StringComparison.Ordinal) is >= 0 and var at ? id[..at] : id;

    /// <param name="own">The pack's services; they stay as they are and come first.</param>
    /// <param name="count">How many in all.</param>
    public static List<SearchableService> Make(IReadOnlyList<SearchableService> own, Geography geography, int count, int seed)
    {
        var random = new Random(seed);
        var words = new MadeWords(60_000, random);
        var districts = geography.Districts.Select(district => district.Name.Texts).ToList();
        List<string> places = [.. districts.Select(name => name["en"]), .. geography.Tehsils.Select(tehsil => tehsil.Name), .. geography.Blocks.Select(block => block.Name)];
        var services = new List<SearchableService>(count);
        services.AddRange(own.Take(count));
        while (services.Count < count)
        {
            var like = own[services.Count % own.Count];
            services.Add(Like(like, $"{like.Id}{Of}{services.Count / own.Count}", districts[random.Next(districts.Count)], places[random.Next(places.Count)], words, random));
        }
        return services;
    }

    private static SearchableService Like(
        SearchableService service, string id, IReadOnlyDictionary<string, string> district, string place, MadeWords words, Random random)
    {
        var (own, further, office) = (words.Draw(random), words.Draw(random), words.Draw(random));
        return service with
        {
            Id = id,
            Names = new Dictionary<string, string>
            {
                ["en"] = random.Next(3) switch
                {
                    0 => $"{service.Names["en"]} ({own.Latin} scheme), {place}",
                    1 => $"{own.Latin} {service.Names["en"]}, {place}",
                    _ => $"{service.Names["en"]}, {place} {own.Latin}",
                },
                ["hi"] = $"{service.Names["hi"]} {own.Devanagari}, {district["hi"]}",
                ["ur"] = $"{service.Names["ur"]} {own.PersoArabic}، {district["ur"]}",
            },
            Descriptions = new Dictionary<string, string>
            {
                ["en"] = $"{service.Descriptions["en"]} At the {office.Latin} office, {place}.",
                ["hi"] = $"{service.Descriptions["hi"]} {office.Devanagari} {further.Devanagari}।",
                ["ur"] = $"{service.Descriptions["ur"]} {office.PersoArabic} {further.PersoArabic}۔",
            },
            Tags = [.. service.Tags.Where(_ => random.Next(2) == 0), $"{own.Latin} {further.Latin}", random.Next(2) == 0 ? further.Devanagari : further.PersoArabic],
        };
    }
}
