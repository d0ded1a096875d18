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

        var said = Words.Of(query).Take(MostWords).ToList();
        if (said.Count == 0)
            return [];
        var scores = new Dictionary<int, (double Score, int Words)>();
        foreach (var word in WithCompounds(said))
        {
            foreach (var (service, score) in built.Matches(word.Text))
            {
                var (sum, words) = scores.GetValueOrDefault(service);
                scores[service] = (sum + score, words + word.Spans);
            }
        }
        var phrase = string.Join(' ', said);
        return scores
            // Services that have every word come before those that have some, whatever the words weigh.
            .Select(scored => (Service: built.Services[scored.Key], Score: (scored.Value.Score * Math.Min(1, (double)scored.Value.Words / said.Count)) + (built.Names[scored.Key].Contains(phrase) ? WholeNameSaid : 0)))
            .OrderByDescending(scored => scored.Score).ThenBy(scored => scored.Service.ServiceId, StringComparer.Ordinal)
            .Select(scored => scored.Service);
    }

    /// <summary>The words, and neighbours written together: प्रमाण पत्र is also प्रमाणपत्र.</summary>
    private static IEnumerable<(string Text, int Spans)> WithCompounds(List<string> said) =>
        said.Select(word => (word, 1)).Concat(said.Zip(said.Skip(1), (one, other) => (one + other, 1)));

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
                var found = services[candidate];
                var rarity = Math.Log(1 + ((double)Services.Count / found.Count));
                foreach (var (service, weight) in found)
                    best[service] = Math.Max(best.GetValueOrDefault(service), weight * rarity * closeness);
            }
            return best;
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
                    if (candidate != word && Words.OneSlipApart(word, candidate))
                        yield return (candidate, Slip);
                }
            }
        }

        private void Add(int service, double weight, IEnumerable<string> texts)
        {
            foreach (var word in texts.SelectMany(Words.Of).Distinct())
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
