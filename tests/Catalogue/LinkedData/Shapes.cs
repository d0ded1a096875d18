using System.Globalization;
using System.Text.RegularExpressions;

namespace EServices.Catalogue.Tests.LinkedData;

/// <summary>
/// What the shapes of CPSV-AP 3.2 ask of the classes that the catalogue has: how many values, of which class or datatype.
/// </summary>
internal static partial class Shapes
{
    private const string Adms = "http://www.w3.org/ns/adms#", Cpsv = "http://purl.org/vocab/cpsv#", Cv = "http://data.europa.eu/m8g/", Dcat = "http://www.w3.org/ns/dcat#", Dct = "http://purl.org/dc/terms/",
        Eli = "http://data.europa.eu/eli/ontology#", Foaf = "http://xmlns.com/foaf/0.1/", Org = "http://www.w3.org/ns/org#", Skos = "http://www.w3.org/2004/02/skos/core#", Xsd = "http://www.w3.org/2001/XMLSchema#";

    private const string Words = "rdf:langString";

    public const string PublicService = Cpsv + "PublicService";
    public const string PublicOrganisation = Cv + "PublicOrganisation";
    public const string Location = Dct + "Location";

    private static readonly Dictionary<string, Rule[]> Classes = new()
    {
        [PublicService] =
        [
            new(Dct + "identifier", 1, 1), new(Dct + "title", 1, Datatype: Words), new(Dct + "description", 1, Datatype: Words), new(Cv + "hasCompetentAuthority", 1, Class: PublicOrganisation),
            new(Dcat + "keyword", Datatype: Words), new(Cv + "processingTime", 0, 1, Datatype: Xsd + "duration"), new(Adms + "status", 0, 1, Class: Skos + "Concept"),
            new(Cv + "hasChannel", Class: Cv + "Channel"), new(Cv + "hasCost", Class: Cv + "Cost"), new(Cv + "hasInputType", Class: Cv + "EvidenceType"), new(Cpsv + "hasInput", Class: Cv + "Evidence"),
            new(Cpsv + "produces", Class: Cv + "Output"), new(Cpsv + "follows", Class: Cpsv + "Rule"), new(Cv + "hasLegalResource", Class: Eli + "LegalResource"), new(Cv + "holdsRequirement", Class: Cv + "Requirement"),
            new(Cv + "contactPoint", Class: Cv + "ContactPoint"), new(Cv + "thematicArea", Class: Skos + "Concept"), new(Dct + "language", Class: Dct + "LinguisticSystem"), new(Dct + "spatial", Class: Location),
            new(Dct + "isPartOf", Class: Dcat + "Dataset"),
        ],
        [PublicOrganisation] = [new(Dct + "spatial", 1, Class: Location), new(Skos + "prefLabel", 1, Datatype: Words)],
        [Foaf + "Agent"] = [new(Dct + "identifier", 1, 1), new(Dct + "title", 1, Datatype: Words)],
        [Dcat + "Dataset"] = [new(Dct + "title", 1, Datatype: Words), new(Dct + "description", 1, Datatype: Words), new(Dct + "publisher", 1, 1, Class: Foaf + "Agent"), new(Dct + "hasPart", Class: PublicService)],
        [Cv + "Channel"] = [new(Dct + "identifier", 1, 1), new(Dct + "type", 0, 1, Class: Skos + "Concept"), new(Cv + "processingTime", 0, 1, Datatype: Xsd + "duration"), new(Cv + "ownedBy", Class: Org + "Organization")],
        [Cv + "Cost"] =
        [
            new(Dct + "identifier", 1, 1), new(Dct + "description", Datatype: Words), new(Cv + "hasValue", 0, 1, Datatype: Xsd + "double"), new(Cv + "currency", 0, 1, Class: Skos + "Concept"),
            new(Cv + "isDefinedBy", Class: Org + "Organization"), new(Cv + "ifAccessedThrough", 0, 1, Class: Cv + "Channel"),
        ],
        [Cv + "Evidence"] = [new(Dct + "identifier", 1, 1), new(Dct + "title", 1, Datatype: Words), new(Dct + "conformsTo", Class: Cv + "EvidenceType")],
        [Cv + "EvidenceType"] = [new(Dct + "identifier", 1, 1)],
        [Cv + "Requirement"] = [new(Dct + "identifier", 1, 1), new(Dct + "title", 1, Datatype: Words), new(Cv + "hasSupportingEvidence", Class: Cv + "Evidence")],
        [Cv + "Output"] = [new(Dct + "identifier", 1, 1), new(Dct + "title", 1, Datatype: Words), new(Dct + "type", Class: Skos + "Concept")],
        [Cpsv + "Rule"] = [new(Dct + "identifier", 1, 1), new(Dct + "title", 1, Datatype: Words), new(Dct + "description", 1, Datatype: Words), new(Cpsv + "implements", Class: Eli + "LegalResource")],
    };

    public static IReadOnlyList<string> Violations(Graph graph)
    {
        var violations = new List<string>();
        foreach (var (type, rules) in Classes)
        {
            foreach (var iri in graph.OfClass(type))
                violations.AddRange(rules.SelectMany(rule => Violations(graph, iri, rule)));
        }
        return violations;
    }

    private static IEnumerable<string> Violations(Graph graph, string iri, Rule rule)
    {
        var values = graph.Values(iri, rule.Path);
        if (values.Count < rule.Least)
            yield return $"{iri} has {values.Count} {rule.Path}, at least {rule.Least} are asked for";
        if (values.Count > rule.Most)
            yield return $"{iri} has {values.Count} {rule.Path}, at most {rule.Most} are allowed";
        foreach (var value in values)
        {
            if (rule.Class is { } type && (value.Iri is null || !graph.IsA(value.Iri, type)))
                yield return $"{iri} {rule.Path}: '{value.Iri ?? value.Text}' is no {type}";
            if (rule.Datatype is { } datatype && (value.Datatype != datatype || !Reads(datatype, value.Text)))
                yield return $"{iri} {rule.Path}: '{value.Text}' is no {datatype}";
            if (rule.Class is null && value.Iri is null && string.IsNullOrWhiteSpace(value.Text))
                yield return $"{iri} {rule.Path} is empty";
        }
    }

    private static bool Reads(string datatype, string text) => datatype switch
    {
        Xsd + "duration" => Duration().IsMatch(text),
        Xsd + "double" => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _),
        _ => true,
    };

    [GeneratedRegex("^P([0-9]+Y)?([0-9]+M)?[0-9]+D$")]
    private static partial Regex Duration();

    private sealed record Rule(string Path, int Least = 0, int Most = int.MaxValue, string? Class = null, string? Datatype = null);
}
