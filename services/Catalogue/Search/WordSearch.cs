using System.Numerics;
using EServices.Catalogue.Services;

namespace EServices.Catalogue.Search;

/// <summary>
/// An index in memory over names, tags, departments and descriptions of launched services, in every language of the pack. A word of the query matches a word of the index whole,
/// as its beginning, or with one slip; rare words weigh more, and so do names. Rebuilt when the shelf has changed.
/// </summary>
internal sealed class WordSearch : IServiceSearch
{
    private const double Whole = 1, Beginning = 0.6, Slip = 0.4;
    private const double InName = 8, InTag = 7, InDepartment = 2, InDescription = 1;
    private const double WholeNameSaid = 30;
    private const int ShortestBeginning = 2, ShortestWithSlip = 4, MostWords = 12;

    private volatile Index? index;

    public IEnumerable<ServiceVersion> Find(string query, Shelf.Content shelf)
    {
        var built = index;
        if (built?.Revision != shelf.Revision)
            index = built = Index.Build(shelf);

        var words = Words.Of(query);
        var said = words.Take(MostWords).ToList();
        if (said.Count == 0)
            return [];
        var found = new Dictionary<int, (double Score, int Places)>();
        foreach (var (text, places) in WithCompounds(said))
        {
            foreach (var (service, score) in built.Matches(text))
            {
                var before = found.GetValueOrDefault(service);
                found[service] = (before.Score + score, before.Places | places);
            }
        }
        var phrase = string.Join(' ', words);
        var all = (1 << said.Count) - 1;
        return found
            .Select(one => (Service: built.Services[one.Key], HasAll: one.Value.Places == all,
                Score: (one.Value.Score * BitOperations.PopCount((uint)one.Value.Places) / said.Count) + (built.Names[one.Key].Contains(phrase) ? WholeNameSaid : 0)))
            // Services that have every word come before those that have some, whatever the words weigh.
            .OrderByDescending(one => one.HasAll).ThenByDescending(one => one.Score).ThenBy(one => one.Service.ServiceId, StringComparer.Ordinal)
            .Select(one => one.Service);
    }

    /// <summary>The words, each with its place in the query as a bit, and neighbours written together: प्रमाण पत्र is also प्रमाणपत्र.</summary>
    private static IEnumerable<(string Text, int Places)> WithCompounds(List<string> said) =>
        said.Select((word, at) => (word, 1 << at)).Concat(Words.Joined(said).Select((pair, at) => (pair, 3 << at)));

    private sealed class Index
    {
        private readonly Dictionary<string, Dictionary<int, double>> services = [];
        private string[] sorted = [];
        private ILookup<int, string> byLength = Enumerable.Empty<string>().ToLookup(word => word.Length);

        public required long Revision { get; init; }

        public required IReadOnlyList<ServiceVersion> Services { get; init; }

        /// <summary>Each service's names and tags, as phrases.</summary>
        public required IReadOnlyList<HashSet<string>> Names { get; init; }

        public static Index Build(Shelf.Content shelf)
        {
            var launched = shelf.Launched.ToList();
            var built = new Index { Revision = shelf.Revision, Services = launched, Names = [.. launched.Select(NamesOf)] };
            for (var service = 0; service < launched.Count; service++)
            {
                built.Add(service, InName, launched[service].Launched.Name.Texts.Values);
                built.Add(service, InTag, launched[service].Words.Tags);
                built.Add(service, InDepartment, launched[service].Launched.DepartmentName.Texts.Values);
                built.Add(service, InDescription, launched[service].Words.Description.Texts.Values);
            }
            built.sorted = [.. built.services.Keys.Order(StringComparer.Ordinal)];
            built.byLength = built.sorted.ToLookup(word => word.Length);
            return built;
        }

        /// <summary>Services with the word, each at its best match.</summary>
        public Dictionary<int, double> Matches(string word)
        {
            var best = new Dictionary<int, double>();
            foreach (var (candidate, closeness) in Candidates(word))
            {
                foreach (var (service, weight) in services[candidate])
                    best[service] = Math.Max(best.GetValueOrDefault(service), weight * closeness);
            }
            // Of what was said, not of what it matched: else a rare misspelling would weigh more than the word itself.
            var rarity = Math.Log(1 + ((double)Services.Count / Math.Max(1, best.Count)));
            return best.ToDictionary(match => match.Key, match => match.Value * rarity);
        }

        private IEnumerable<(string Word, double Closeness)> Candidates(string word)
        {
            if (services.ContainsKey(word))
                yield return (word, Whole);
            if (word.Length >= ShortestBeginning)
            {
                var at = Array.BinarySearch(sorted, word, StringComparer.Ordinal);
                for (at = at < 0 ? ~at : at + 1; at < sorted.Length && sorted[at].StartsWith(word, StringComparison.Ordinal); at++)
                    yield return (sorted[at], Beginning);
            }
            if (word.Length < ShortestWithSlip)
                yield break;
            for (var length = word.Length - 1; length <= word.Length + 1; length++)
            {
                foreach (var candidate in byLength[length])
                {
                    if (Words.OneSlipApart(word, candidate))
                        yield return (candidate, Slip);
                }
            }
        }

        private void Add(int service, double weight, IEnumerable<string> texts)
        {
            foreach (var word in texts.Select(Words.Of).SelectMany(words => words.Concat(Words.Joined(words))).Distinct())
            {
                if (!services.TryGetValue(word, out var found))
                    services[word] = found = [];
                found[service] = Math.Max(found.GetValueOrDefault(service), weight);
            }
        }

        private static HashSet<string> NamesOf(ServiceVersion service) =>
            [.. service.Launched.Name.Texts.Values.Concat(service.Words.Tags).Select(name => string.Join(' ', Words.Of(name)))];
    }
}
