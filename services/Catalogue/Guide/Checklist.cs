using EServices.Catalogue.Services;
using EServices.Contracts;
using EServices.Contracts.Catalogue;

namespace EServices.Catalogue.Guide;

/// <summary>A document that one service asks for, with all that do as well.</summary>
internal sealed record Asked(string ServiceId, DocumentAsked Document)
{
    public IEnumerable<(string Id, Localised Name)> Accepted => Document.Alternatives.Select(other => (other.DocumentId, other.Name)).Prepend((Document.DocumentId, Document.Name));
}

/// <summary>
/// What several services ask for together, as few papers as will do. Which of a service's demands a paper answers is fixed by how applications count them: the one
/// it is asked for as, else the first that accepts it; a paper counts once in a service and again in the next. The fewest papers are a set cover, which is taken
/// greedily: the paper that answers most of what is left comes first (Chvátal 1979: within the harmonic number of the largest set of the best).
/// </summary>
internal static class Checklist
{
    public static IReadOnlyList<Paper> Merge(IReadOnlyList<ServiceVersion> services)
    {
        var open = services.SelectMany(service => service.Launched.Documents.Select(document => new Asked(service.ServiceId, document))).ToHashSet();
        var answers = Answers(services);
        // A paper that must be brought anyway answers voluntary demands too, so those come second.
        var papers = new List<Paper>();
        foreach (var mandatory in (bool[])[true, false])
        {
            while (open.Any(demand => demand.Document.Mandatory == mandatory))
            {
                var (id, answered) = answers
                    .Select(answer => (answer.Key, Answered: answer.Value.For.Where(open.Contains).ToList()))
                    .OrderByDescending(answer => answer.Answered.Count(demand => demand.Document.Mandatory == mandatory))
                    // Of two that do alike, the one that is asked for by name before one that stands in for it.
                    .ThenByDescending(answer => answer.Answered.Count(demand => demand.Document.DocumentId == answer.Key))
                    .ThenBy(answer => answer.Key, StringComparer.Ordinal)
                    .First();
                open.ExceptWith(answered);
                var others = answers.Where(answer => answer.Key != id && answered.TrueForAll(answer.Value.For.Contains)).OrderBy(answer => answer.Key, StringComparer.Ordinal);
                papers.Add(new Paper(id, answers[id].Name, mandatory, answered, [.. others.Select(other => (other.Key, other.Value.Name))]));
            }
        }
        return papers;
    }

    /// <summary>Each paper with the demands that it answers.</summary>
    private static Dictionary<string, (Localised Name, HashSet<Asked> For)> Answers(IReadOnlyList<ServiceVersion> services)
    {
        var answers = new Dictionary<string, (Localised Name, HashSet<Asked> For)>(StringComparer.Ordinal);
        foreach (var service in services)
        {
            var demands = service.Launched.Documents.Select(document => new Asked(service.ServiceId, document)).ToList();
            foreach (var (id, name) in demands.SelectMany(demand => demand.Accepted).DistinctBy(paper => paper.Id))
            {
                var counts = demands.Find(demand => demand.Document.DocumentId == id) ?? demands.First(demand => demand.Document.Alternatives.Any(other => other.DocumentId == id));
                if (!answers.TryGetValue(id, out var answer))
                    answers[id] = answer = (name, []);
                answer.For.Add(counts);
            }
        }
        return answers;
    }
}

/// <param name="For">The demands that it answers.</param>
/// <param name="Instead">Papers that answer all the same.</param>
internal sealed record Paper(string DocumentId, Localised Name, bool Mandatory, IReadOnlyList<Asked> For, IReadOnlyList<(string Id, Localised Name)> Instead);
