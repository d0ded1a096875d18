using System.Text.Json;
using System.Text.Json.Nodes;
using EServices.Platform.Packs;
using Json.Schema;

namespace EServices.Platform.Tests.Packs;

/// <summary>The reader's own checks of forms beside the meta-schema of JSON Schema 2020-12: what that refuses must not pass here.</summary>
public sealed class FormMetaSchemaTests
{
    /// <summary>Keyword and a value that it may not have.</summary>
    public static TheoryData<string, string> Misused =>
    [
        ("type", "7"), ("type", "\"text\""), ("type", "[]"), ("type", "[\"string\", \"string\"]"), ("minLength", "-1"), ("minLength", "\"2\""), ("maxLength", "1.5"), ("pattern", "7"), ("pattern", "\"[\""), ("format", "true"),
        ("minimum", "\"0\""), ("multipleOf", "0"), ("enum", "\"a\""), ("required", "\"boat\""), ("required", "[1]"), ("required", "[\"boat\", \"boat\"]"), ("properties", "[]"), ("properties", "{\"a\": 1}"),
        ("patternProperties", "{\"a\": 7}"), ("additionalProperties", "\"no\""), ("unevaluatedProperties", "1"), ("allOf", "[]"), ("allOf", "{}"), ("anyOf", "[1]"), ("oneOf", "7"), ("not", "[]"), ("if", "1"),
        ("items", "[]"), ("prefixItems", "{}"), ("contains", "\"a\""), ("minItems", "-3"), ("uniqueItems", "\"yes\""), ("dependentRequired", "{\"boat\": \"use\"}"), ("dependentRequired", "{\"boat\": [\"use\", \"use\"]}"),
        ("dependentSchemas", "{\"boat\": 7}"), ("$ref", "7"), ("$defs", "[]"), ("title", "1"), ("deprecated", "\"no\""), ("examples", "{}"), ("maxProperties", "\"9\""), ("propertyNames", "3"),
    ];

    [Theory]
    [MemberData(nameof(Misused))]
    public void WhatTheMetaSchemaRefuses_TheReaderRefuses_WithThePlace(string keyword, string value)
    {
        using var pack = new TinyPack();
        var path = Path.Combine(pack.Folder, "forms", "berth.json");
        var form = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        var place = form["properties"]!["use"]!.AsObject();
        place[keyword] = JsonNode.Parse(value);
        Assert.False(MetaSchemas.Draft202012.Evaluate(JsonSerializer.SerializeToElement(form)).IsValid && !IsPattern(keyword), "The meta-schema lets it pass: no test of anything.");
        pack.Write("forms/berth.json", form.ToJsonString());

        var errors = StatePack.Load(pack.Folder).Errors;

        Assert.Contains(errors, error => error.File == "forms/berth.json" && error.Place.StartsWith($"/properties/use/{keyword}", StringComparison.Ordinal));
    }

    [Fact]
    public void EveryFormOfThePack_IsWhatTheMetaSchemaAllows()
    {
        var forms = StatePack.Load(PackFolders.Jk).OrThrow().Forms;

        Assert.NotEmpty(forms);
        Assert.All(forms, form => Assert.True(MetaSchemas.Draft202012.Evaluate(form.Schema).IsValid, form.Id));
    }

    /// <summary>That a pattern is a regular expression is a format in the meta-schema, which only remarks on it.</summary>
    private static bool IsPattern(string keyword) => keyword == "pattern";
}
