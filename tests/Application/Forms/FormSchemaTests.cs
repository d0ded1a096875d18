using EServices.Application.Forms;
using EServices.Platform.Packs;
using EServices.Testing;

namespace EServices.Application.Tests.Forms;

public sealed class FormSchemaTests
{
    [Theory]
    [InlineData("""{"type": "object"}""", "[]", "", "type")]
    [InlineData("""{"type": ["string", "null"]}""", "5", "", "type")]
    [InlineData("""{"type": "integer"}""", "1.5", "", "type")]
    [InlineData("""{"required": ["a"]}""", "{}", "/a", "required")]
    [InlineData("""{"properties": {"a/b": {"minLength": 2}}}""", """{"a/b": "x"}""", "/a~1b", "minLength")]
    [InlineData("""{"maxLength": 1}""", "\"नम\"", "", "maxLength")]
    [InlineData("""{"minimum": 3}""", "2", "", "minimum")]
    [InlineData("""{"exclusiveMaximum": 3}""", "3", "", "exclusiveMaximum")]
    [InlineData("""{"multipleOf": 0.01}""", "1.005", "", "multipleOf")]
    [InlineData("""{"enum": ["a", "b"]}""", "\"c\"", "", "enum")]
    [InlineData("""{"const": {"a": [1]}}""", """{"a": [2]}""", "", "const")]
    [InlineData("""{"pattern": "^[1-9][0-9]{5}$"}""", "\"018001\"", "", "pattern")]
    [InlineData("""{"pattern": "^\\d+$"}""", "\"१२\"", "", "pattern")]
    [InlineData("""{"pattern": "^a$"}""", "\"a\\n\"", "", "pattern")]
    [InlineData("""{"format": "date"}""", "\"2026-02-30\"", "", "format")]
    [InlineData("""{"format": "email"}""", "\"nobody\"", "", "format")]
    [InlineData("""{"items": {"type": "string"}}""", """["a", 1]""", "/1", "type")]
    [InlineData("""{"prefixItems": [{}], "items": false}""", "[1, 2]", "/1", "false")]
    [InlineData("""{"uniqueItems": true}""", "[1, 1.0]", "", "uniqueItems")]
    [InlineData("""{"contains": {"const": 1}, "minContains": 2}""", "[1, 2]", "", "contains")]
    [InlineData("""{"additionalProperties": false, "properties": {"a": true}, "patternProperties": {"^x-": true}}""", """{"a": 1, "x-b": 1, "c": 1}""", "/c", "additionalProperties")]
    [InlineData("""{"propertyNames": {"maxLength": 1}}""", """{"ab": 1}""", "/ab", "propertyNames")]
    [InlineData("""{"dependentRequired": {"a": ["b"]}}""", """{"a": 1}""", "/b", "required")]
    [InlineData("""{"if": {"properties": {"a": {"const": 1}}}, "then": {"required": ["b"]}}""", """{"a": 1}""", "/b", "required")]
    [InlineData("""{"if": {"required": ["a"]}, "then": true, "else": {"required": ["b"]}}""", "{}", "/b", "required")]
    [InlineData("""{"anyOf": [{"type": "string"}, {"type": "null"}]}""", "1", "", "anyOf")]
    [InlineData("""{"oneOf": [{"type": "number"}, {"type": "integer"}]}""", "1", "", "oneOf")]
    [InlineData("""{"not": {"type": "string"}}""", "\"a\"", "", "not")]
    [InlineData("""{"allOf": [{"properties": {"a": true}}], "unevaluatedProperties": false}""", """{"a": 1, "b": 2}""", "/b", "unevaluatedProperties")]
    [InlineData("""{"properties": {"a": {"$ref": "#/$defs/name"}}, "$defs": {"name": {"minLength": 2}}}""", """{"a": "x"}""", "/a", "minLength")]
    public void Check_AWrongValue_NamesThePlaceAndTheKeyword(string schema, string value, string pointer, string keyword)
    {
        var error = Assert.Single(FormSchema.Compile(Given.Json(schema)).Check(Given.Json(value)));
        Assert.Equal((pointer, keyword), (error.Pointer, error.Code));
    }

    [Theory]
    [InlineData("""{"type": "integer"}""", "5.0")]
    [InlineData("""{"minimum": 12345678901234567890}""", "12345678901234567891")]
    [InlineData("""{"maxLength": 1}""", "\"𐍈\"")]
    [InlineData("""{"format": "date"}""", "\"2028-02-29\"")]
    [InlineData("""{"pattern": "[$]"}""", "\"5$\"")]
    [InlineData("""{"$ref": "#/$defs/list", "$defs": {"list": {"properties": {"next": {"$ref": "#/$defs/list"}}}}}""", """{"next": {"next": {}}}""")]
    [InlineData("""{"anyOf": [{"properties": {"a": true}}, {"properties": {"b": true}}], "unevaluatedProperties": false}""", """{"a": 1, "b": 2}""")]
    [InlineData("true", "null")]
    public void Check_AValueThatFits_HasNoErrors(string schema, string value) => Assert.Empty(FormSchema.Compile(Given.Json(schema)).Check(Given.Json(value)));

    [Fact]
    public void Check_TellsEverythingAtOnce() =>
        Assert.Equal(3, Given.Domicile.Form.Check(Given.Json("""{"residentSince": 1, "fatherName": 5}""")).Count);

    [Fact]
    public void Check_AReferenceWithoutEnd_Ends() =>
        Assert.Equal("$ref", Assert.Single(FormSchema.Compile(Given.Json("""{"$ref": "#"}""")).Check(Given.Json("1"))).Code);

    [Fact]
    public void Check_APatternThatTakesForEver_CountsAsNotMatching() =>
        Assert.Equal("pattern", Assert.Single(FormSchema.Compile(Given.Json("""{"pattern": "^(?=a)(a+)+$"}""")).Check(Given.Json($"\"{new string('a', 40)}!\""))).Code);

    [Theory]
    [InlineData("""{"$ref": "https://example.org/form.json"}""")]
    [InlineData("""{"$ref": "#/$defs/none"}""")]
    [InlineData("""{"$dynamicRef": "#node"}""")]
    [InlineData("""{"pattern": "("}""")]
    public void Compile_WhatItCanNotCheckFaithfully_IsRefused(string schema) => Assert.Throws<NotSupportedException>(() => FormSchema.Compile(Given.Json(schema)));

    [Fact]
    public void Compile_EveryFormOfThePack()
    {
        var pack = StatePack.Load(Path.Combine(Repository.Root, "deploy", "packs", "jk")).OrThrow();
        Assert.NotEmpty(pack.Forms);
        Assert.All(pack.Forms, form => Assert.NotEmpty(FormSchema.Compile(form.Schema).Fields));
        Assert.All(pack.Forms, form => Assert.NotEmpty(FormSchema.Compile(form.Schema).Check(Given.Json("[]"))));
    }
}
