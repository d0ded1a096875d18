using System.Text.Json;
using System.Text.RegularExpressions;

namespace EServices.Catalogue.Tests.LinkedData;

/// <summary>
/// As much of a JSON-LD 1.1 processor as the catalogue's documents need: terms, prefixes, the base, typed and language-tagged values; every node at the top of the graph.
/// </summary>
internal sealed class Graph
{
    private const string Type = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";

    private readonly Dictionary<string, Dictionary<string, List<Value>>> nodes = new(StringComparer.Ordinal);
    private readonly JsonElement context;

    private Graph(JsonElement document)
    {
        context = document.GetProperty("@context");
        foreach (var node in document.GetProperty("@graph").EnumerateArray())
            Read(node);
    }

    /// <param name="Iri">The node pointed at; null for a literal.</param>
    /// <param name="Datatype">Of a literal; <c>rdf:langString</c> with a language.</param>
    internal sealed record Value(string? Iri, string Text, string? Language, string? Datatype);

    public IEnumerable<string> Iris => nodes.Keys;

    public static Graph Of(JsonElement document) => new(document);

    public IEnumerable<string> OfClass(string type) => nodes.Where(node => IsA(node.Key, type)).Select(node => node.Key);

    public bool IsA(string iri, string type) => nodes.TryGetValue(iri, out var node) && node.TryGetValue(Type, out var types) && types.Exists(one => one.Iri == type);

    public IReadOnlyList<Value> Values(string iri, string property) => nodes[iri].GetValueOrDefault(property) ?? [];

    public IEnumerable<(string Node, string Property, Value Value)> All => nodes.SelectMany(node => node.Value.SelectMany(property => property.Value.Select(value => (node.Key, property.Key, value))));

    private void Read(JsonElement node)
    {
        var iri = Resolve(node.GetProperty("@id").GetString()!);
        var properties = new Dictionary<string, List<Value>>(StringComparer.Ordinal);
        // Two nodes of the same name would be read as one with the values of both.
        nodes.Add(iri, properties);
        foreach (var member in node.EnumerateObject())
        {
            switch (member.Name)
            {
                case "@id":
                    break;
                case "@type":
                    properties[Type] = [.. Each(member.Value).Select(type => new Value(Expand(type.GetString()!), "", null, null))];
                    break;
                default:
                    var term = context.TryGetProperty(member.Name, out var definition) ? definition : default;
                    properties[Expand(member.Name)] = [.. Values(term, member.Value)];
                    break;
            }
        }
    }

    private IEnumerable<Value> Values(JsonElement term, JsonElement value)
    {
        if (term.ValueKind == JsonValueKind.Object && term.TryGetProperty("@container", out _))
            return value.EnumerateObject().SelectMany(language => Each(language.Value).Select(text => new Value(null, text.GetString()!, language.Name, "rdf:langString")));
        var type = term.ValueKind == JsonValueKind.Object && term.TryGetProperty("@type", out var given) ? given.GetString() : null;
        return Each(value).Select(one => one.ValueKind switch
        {
            JsonValueKind.String when type == "@id" => new Value(Resolve(one.GetString()!), "", null, null),
            JsonValueKind.String => new Value(null, one.GetString()!, null, type is null ? "http://www.w3.org/2001/XMLSchema#string" : Expand(type)),
            _ => throw new FormatException($"A {one.ValueKind} is no value here."),
        });
    }

    private static IEnumerable<JsonElement> Each(JsonElement value) => value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : [value];

    private string Resolve(string iri) => Uri.TryCreate(iri, UriKind.Absolute, out _) ? iri : context.GetProperty("@base").GetString() + iri;

    private string Expand(string term)
    {
        var name = Regex.Match(term, "^([a-z]+):(.+)$");
        return name.Success && context.TryGetProperty(name.Groups[1].Value, out var prefix) ? prefix.GetString() + name.Groups[2].Value
            : throw new FormatException($"The context does not say what '{term}' is.");
    }
}
