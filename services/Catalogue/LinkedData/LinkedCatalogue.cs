using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using EServices.Catalogue.Services;
using EServices.Contracts;
using EServices.Contracts.Catalogue;
using EServices.Platform.Packs;

namespace EServices.Catalogue.LinkedData;

/// <summary>
/// Services as nodes of a CPSV-AP 3.2 graph. Everything that a node points at is a node of the same document, with its type: the profile's shapes look for the type
/// of what is referred to. IRIs are the pack's base and the ids of things, so they stay the same as long as those do; places have their LGD codes.
/// </summary>
internal sealed class LinkedCatalogue(StatePack pack)
{
    private readonly Dictionary<string, JsonObject> nodes = new(StringComparer.Ordinal);

    private string Currency => $"currency/{pack.About.Currency}";

    private static string Catalogue => "catalogue";

    private static string State => "place/state";

    /// <summary>One service with all that it points at.</summary>
    public static JsonObject Document(ServiceVersion service, StatePack pack) => new LinkedCatalogue(pack).Write([service]);

    /// <summary>Every service that can be asked for.</summary>
    public static JsonObject Document(IEnumerable<ServiceVersion> services, StatePack pack) => new LinkedCatalogue(pack).Write([.. services]);

    public static string IriOf(string serviceId, StatePack pack) => $"{pack.About.IriBase}service/{serviceId}";

    private JsonObject Write(IReadOnlyList<ServiceVersion> services)
    {
        Whole();
        foreach (var service in services)
            Service(service);
        foreach (var district in pack.Geography.Districts.Where(_ => services.Count > 1))
            Place($"place/district/{district.Code}", district.Name, $"lgd:district:{district.Code}");
        nodes[Catalogue]["dct:hasPart"] = List(services.Select(service => ServiceIri(service.ServiceId)));
        return new JsonObject { ["@context"] = Vocabulary.Context(pack.About.IriBase), ["@graph"] = new JsonArray([.. nodes.Values]) };
    }

    private void Whole()
    {
        Place(State, pack.About.Name, "state");
        foreach (var language in pack.About.Languages)
            Node($"language/{language.Tag}", "dct:LinguisticSystem")["dct:identifier"] = language.Tag;
        var government = Node("organisation/government", "cv:PublicOrganisation", "org:Organization", "foaf:Agent");
        Named(government, "government", pack.About.Name);
        government["dct:spatial"] = State;
        var catalogue = Node(Catalogue, "dcat:Dataset");
        catalogue["dct:identifier"] = pack.About.Id;
        catalogue["dct:title"] = Words(pack.About.Name);
        catalogue["dct:description"] = new JsonObject { ["en"] = $"Public services of {pack.About.Name.In("en")}, as they can be asked for." };
        catalogue["dct:publisher"] = "organisation/government";
        catalogue["dct:language"] = List(pack.About.Languages.Select(language => $"language/{language.Tag}"));
        Concept(Currency, pack.About.Currency, Localised.English(pack.About.Currency));
    }

    private void Service(ServiceVersion service)
    {
        var (launched, words) = (service.Launched, service.Words);
        var iri = ServiceIri(service.ServiceId);
        var node = Node(iri, "cpsv:PublicService");
        node["dct:identifier"] = service.ServiceId;
        node["dct:title"] = Words(launched.Name);
        node["dct:description"] = Words(words.Description);
        node["dcat:keyword"] = Keywords(words.Tags);
        node["dct:issued"] = service.FirstLaunchedAt.ToString("O", CultureInfo.InvariantCulture);
        node["dct:modified"] = service.LaunchedAt.ToString("O", CultureInfo.InvariantCulture);
        node["dct:isPartOf"] = Catalogue;
        node["dct:spatial"] = State;
        node["dct:language"] = List(pack.About.Languages.Select(language => $"language/{language.Tag}"));
        node["adms:status"] = Status(service.State);
        node["cv:processingTime"] = Days(launched.TimeLimit.WorkingDays);
        node["cv:hasCompetentAuthority"] = Department(launched.DepartmentId, launched.DepartmentName);
        node["cv:thematicArea"] = Concept($"family/{words.Family}", words.Family, Localised.English(words.Family.Replace('-', ' ')));
        node["cv:contactPoint"] = ContactPoint();
        node["cv:hasChannel"] = List(launched.Channels.Select(channel => ChannelOf(iri, service, channel)));
        node["cv:hasCost"] = List(launched.Channels.Select(channel => CostOf(iri, service, channel)));
        node["cv:hasInputType"] = List(launched.Documents.SelectMany(AllOf).DistinctBy(paper => paper.Id).Select(paper => EvidenceType(paper.Id, paper.Name)));
        node["cpsv:hasInput"] = List(launched.Documents.SelectMany(AllOf).DistinctBy(paper => paper.Id).Select(paper => Evidence(paper.Id, paper.Name)));
        node["cv:holdsRequirement"] = List(launched.Documents.Select(asked => Requirement(iri, service.ServiceId, asked)));
        node["cpsv:produces"] = Output(iri, service);
        node["cpsv:follows"] = Rule(iri, service);
        node["cv:hasLegalResource"] = Act();
        foreach (var empty in node.Where(member => member.Value is JsonArray { Count: 0 } or JsonObject { Count: 0 }).Select(member => member.Key).ToList())
            node.Remove(empty);
    }

    private string Department(string id, Localised name)
    {
        var iri = $"organisation/{id}";
        if (nodes.ContainsKey(iri))
            return iri;
        var node = Node(iri, "cv:PublicOrganisation", "org:Organization", "foaf:Agent");
        Named(node, id, name);
        node["dct:spatial"] = State;
        if (pack.Departments.Find(id) is { } department)
        {
            if (department.LgdCode is { } code)
                node["dct:identifier"] = $"lgd:{code}";
            node["org:subOrganizationOf"] = department.Parent is { } parent && pack.Departments.Find(parent) is { } above ? Department(above.Id, above.Name) : "organisation/government";
        }
        return iri;
    }

    private string ChannelOf(string service, ServiceVersion version, Channel channel)
    {
        var name = NameOf(channel);
        var iri = $"{service}/channel/{name}";
        var node = Node(iri, "cv:Channel");
        node["dct:identifier"] = $"{version.ServiceId}:{name}";
        node["dct:type"] = Concept($"channel/{name}", name, Localised.English(name));
        node["cv:processingTime"] = Days(version.Launched.TimeLimit.WorkingDays);
        node["cv:ownedBy"] = $"organisation/{version.Launched.DepartmentId}";
        return iri;
    }

    private string CostOf(string service, ServiceVersion version, Channel channel)
    {
        var name = NameOf(channel);
        var iri = $"{service}/cost/{name}";
        var node = Node(iri, "cv:Cost");
        node["dct:identifier"] = $"{version.ServiceId}:{name}";
        node["dct:description"] = new JsonObject { ["en"] = string.Join("; ", ServiceFees.Lines(version.Launched.Fee, channel).Select(line => line.Label.In("en")).DefaultIfEmpty("Free of charge")) };
        // As a text: a plain JSON number without a fraction would be read as an integer whatever the context says.
        node["cv:hasValue"] = (ServiceFees.Total(version.Launched.Fee, channel) / 100m).ToString("0.00", CultureInfo.InvariantCulture);
        node["cv:currency"] = Currency;
        node["cv:isDefinedBy"] = $"organisation/{version.Launched.DepartmentId}";
        node["cv:ifAccessedThrough"] = $"{service}/channel/{name}";
        return iri;
    }

    private string Evidence(string id, Localised name)
    {
        var iri = $"evidence/{id}";
        if (nodes.ContainsKey(iri))
            return iri;
        var node = Node(iri, "cv:Evidence");
        node["dct:identifier"] = id;
        node["dct:title"] = Words(name);
        node["dct:conformsTo"] = EvidenceType(id, name);
        return iri;
    }

    private string EvidenceType(string id, Localised name)
    {
        var iri = $"evidence-type/{id}";
        if (nodes.ContainsKey(iri))
            return iri;
        var node = Node(iri, "cv:EvidenceType");
        node["dct:identifier"] = id;
        node["dct:title"] = Words(name);
        return iri;
    }

    /// <summary>A paper that is asked for; any one of its evidences will do.</summary>
    private string Requirement(string service, string serviceId, DocumentAsked asked)
    {
        var iri = $"{service}/requirement/{asked.DocumentId}";
        var node = Node(iri, "cv:Requirement");
        node["dct:identifier"] = $"{serviceId}:{asked.DocumentId}";
        node["dct:title"] = Words(asked.Name);
        node["cv:hasSupportingEvidence"] = List(AllOf(asked).Select(paper => Evidence(paper.Id, paper.Name)));
        return iri;
    }

    private string Output(string service, ServiceVersion version)
    {
        var iri = $"{service}/output";
        var node = Node(iri, "cv:Output");
        node["dct:identifier"] = $"{version.ServiceId}:output";
        node["dct:title"] = Words(version.Words.OutputName);
        node["dct:type"] = Concept($"output/{version.Launched.Output}", version.Launched.Output, Localised.English(version.Launched.Output));
        return iri;
    }

    private string Rule(string service, ServiceVersion version)
    {
        var iri = $"{service}/rule";
        var node = Node(iri, "cpsv:Rule");
        node["dct:identifier"] = $"{version.ServiceId}:rule";
        node["dct:title"] = Words(version.Launched.Name);
        node["dct:description"] = Words(version.Words.WhoMayApply);
        node["cpsv:implements"] = Act();
        return iri;
    }

    private string Act()
    {
        const string Iri = "act";
        if (!nodes.ContainsKey(Iri))
            Node(Iri, "eli:LegalResource")["dct:title"] = Words(pack.About.Act.Name);
        return Iri;
    }

    private string ContactPoint()
    {
        const string Iri = "helpline";
        if (!nodes.ContainsKey(Iri))
        {
            var node = Node(Iri, "cv:ContactPoint");
            node["dct:title"] = Words(pack.About.Helpline.Name);
            node["cv:telephone"] = pack.About.Helpline.Number;
        }
        return Iri;
    }

    private string Status(ServiceState state)
    {
        var name = JsonNamingPolicy.CamelCase.ConvertName(state.ToString());
        return Concept($"status/{name}", name, Localised.English(name));
    }

    private string Concept(string iri, string code, Localised label)
    {
        if (nodes.ContainsKey(iri))
            return iri;
        var node = Node(iri, "skos:Concept");
        node["skos:notation"] = code;
        node["skos:prefLabel"] = Words(label);
        return iri;
    }

    private void Place(string iri, Localised name, string code)
    {
        var node = Node(iri, "dct:Location");
        node["dct:identifier"] = code;
        node["skos:prefLabel"] = Words(name);
        if (iri != State)
            node["dct:isPartOf"] = State;
    }

    private static void Named(JsonObject organisation, string id, Localised name)
    {
        organisation["dct:identifier"] = id;
        organisation["dct:title"] = Words(name);
        organisation["skos:prefLabel"] = Words(name);
    }

    private JsonObject Node(string iri, params string[] types) =>
        nodes[iri] = new JsonObject { ["@id"] = iri, ["@type"] = types is [var only] ? only : List(types) };

    private static IEnumerable<(string Id, Localised Name)> AllOf(DocumentAsked asked) =>
        asked.Alternatives.Select(other => (other.DocumentId, other.Name)).Prepend((asked.DocumentId, asked.Name));

    /// <summary>Tags by the script they are written in; a tag says nothing of its language otherwise.</summary>
    private JsonObject Keywords(IReadOnlyList<string> tags)
    {
        var byScript = pack.About.Languages.GroupBy(Forms.FieldDrawing.ScriptOf).ToDictionary(group => group.Key, group => group.First().Tag);
        return new JsonObject(tags
            .GroupBy(tag => byScript.GetValueOrDefault(Forms.FieldDrawing.ScriptOf(new PackLanguage("", tag, "")), pack.About.Languages[0].Tag))
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => KeyValuePair.Create(group.Key, (JsonNode?)List(group))));
    }

    private static string ServiceIri(string id) => $"service/{id}";

    private static string NameOf(Channel channel) => JsonNamingPolicy.CamelCase.ConvertName(channel.ToString());

    private static string Days(int days) => string.Create(CultureInfo.InvariantCulture, $"P{days}D");

    private static JsonArray List(IEnumerable<string> items) => new([.. items.Select(item => (JsonNode?)item)]);

    private static JsonObject Words(Localised words) => new(words.Texts.Where(text => text.Value.Length > 0).Select(text => KeyValuePair.Create(text.Key, (JsonNode?)text.Value)));
}
