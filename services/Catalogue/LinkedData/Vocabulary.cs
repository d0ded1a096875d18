using System.Text.Json.Nodes;

namespace EServices.Catalogue.LinkedData;

/// <summary>
/// Terms of CPSV-AP 3.2 (Core Public Service Vocabulary Application Profile, https://semiceu.github.io/CPSV-AP/releases/3.2.0/) and the vocabularies it stands on, as a
/// JSON-LD 1.1 context: the document needs nothing from elsewhere to be read.
/// </summary>
internal static class Vocabulary
{
    public const string MediaType = "application/ld+json";

    /// <summary>A new one each time: a node has one parent.</summary>
    public static JsonObject Context(string iriBase) => new()
    {
        ["@base"] = iriBase,
        ["adms"] = "http://www.w3.org/ns/adms#",
        ["cpsv"] = "http://purl.org/vocab/cpsv#",
        ["cv"] = "http://data.europa.eu/m8g/",
        ["dcat"] = "http://www.w3.org/ns/dcat#",
        ["dct"] = "http://purl.org/dc/terms/",
        ["eli"] = "http://data.europa.eu/eli/ontology#",
        ["foaf"] = "http://xmlns.com/foaf/0.1/",
        ["org"] = "http://www.w3.org/ns/org#",
        ["skos"] = "http://www.w3.org/2004/02/skos/core#",
        ["xsd"] = "http://www.w3.org/2001/XMLSchema#",
        ["dct:title"] = Words("dct:title"),
        ["dct:description"] = Words("dct:description"),
        ["skos:prefLabel"] = Words("skos:prefLabel"),
        ["dcat:keyword"] = Words("dcat:keyword"),
        ["cv:processingTime"] = Typed("cv:processingTime", "xsd:duration"),
        ["cv:hasValue"] = Typed("cv:hasValue", "xsd:double"),
        ["dct:issued"] = Typed("dct:issued", "xsd:dateTime"),
        ["dct:modified"] = Typed("dct:modified", "xsd:dateTime"),
        ["cpsv:follows"] = Link("cpsv:follows"),
        ["cpsv:hasInput"] = Link("cpsv:hasInput"),
        ["cpsv:implements"] = Link("cpsv:implements"),
        ["cpsv:produces"] = Link("cpsv:produces"),
        ["adms:status"] = Link("adms:status"),
        ["cv:contactPoint"] = Link("cv:contactPoint"),
        ["cv:currency"] = Link("cv:currency"),
        ["cv:hasChannel"] = Link("cv:hasChannel"),
        ["cv:hasCompetentAuthority"] = Link("cv:hasCompetentAuthority"),
        ["cv:hasCost"] = Link("cv:hasCost"),
        ["cv:hasInputType"] = Link("cv:hasInputType"),
        ["cv:hasLegalResource"] = Link("cv:hasLegalResource"),
        ["cv:hasSupportingEvidence"] = Link("cv:hasSupportingEvidence"),
        ["cv:holdsRequirement"] = Link("cv:holdsRequirement"),
        ["cv:ifAccessedThrough"] = Link("cv:ifAccessedThrough"),
        ["cv:isDefinedBy"] = Link("cv:isDefinedBy"),
        ["cv:ownedBy"] = Link("cv:ownedBy"),
        ["cv:thematicArea"] = Link("cv:thematicArea"),
        ["dct:conformsTo"] = Link("dct:conformsTo"),
        ["dct:hasPart"] = Link("dct:hasPart"),
        ["dct:isPartOf"] = Link("dct:isPartOf"),
        ["dct:language"] = Link("dct:language"),
        ["dct:publisher"] = Link("dct:publisher"),
        ["dct:spatial"] = Link("dct:spatial"),
        ["dct:type"] = Link("dct:type"),
        ["org:subOrganizationOf"] = Link("org:subOrganizationOf"),
    };

    private static JsonObject Words(string term) => new() { ["@id"] = term, ["@container"] = "@language" };

    private static JsonObject Typed(string term, string type) => new() { ["@id"] = term, ["@type"] = type };

    private static JsonObject Link(string term) => Typed(term, "@id");
}
