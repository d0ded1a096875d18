using System.Text;
using System.Text.Json.Nodes;
using EServices.Catalogue.Exchange;
using EServices.Catalogue.Tests.Support;
using EServices.Platform.Packs;

namespace EServices.Catalogue.Tests.Exchange;

public sealed class CatalogueFileTests
{
    private static readonly Lazy<StatePack> Loaded = new(() => StatePack.Load(CatalogueHost.WholePack).OrThrow());

    private static StatePack Pack => Loaded.Value;

    [Theory]
    [InlineData("=HYPERLINK(\"http://x\")")]
    [InlineData("+91 1447")]
    [InlineData("-1")]
    [InlineData("@SUM(A1)")]
    [InlineData("'=quoted already")]
    [InlineData("''@twice")]
    [InlineData("\tcmd")]
    [InlineData("'just an apostrophe")]
    [InlineData("plain, with \"quotes\" and\nlines")]
    [InlineData("نام؛ नाम 😀")]
    public void ACell_NeverBeginsAsAFormula_AndIsReadAsItWas(string text)
    {
        var cell = SpreadsheetCell.Guard(text);

        Assert.False(cell.Length > 0 && "=+-@\t\r".Contains(cell[0], StringComparison.Ordinal));
        Assert.Equal(text, SpreadsheetCell.Unguard(cell));
        Assert.Equal([cell, "next"], Assert.Single(CsvText.Lines(CsvText.Line([cell, "next"]))).Cells);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void WhatIsWritten_IsReadAsTheSame(bool table)
    {
        var format = table ? ExchangeFormat.Csv : ExchangeFormat.Jsonl;
        JsonObject[] services = [Service("a"), Service("b", whole => { whole.Remove("doorstep"); whole.Remove("validityMonths"); whole["name"]!["en"] = "=1+1; \"x\"\\"; whole["tags"] = new JsonArray("a;b", "c\\d", "राशन कार्ड"); })];

        var read = Read(string.Concat(CatalogueFile.Write(services, format, Pack)), format);

        Assert.All(read, line => Assert.Empty(line.Errors));
        Assert.Equal(services.Select(service => service.ToJsonString()), read.Select(line => line.Service!.ToJsonString()));
        Assert.Equal(table ? [2, 3] : [1, 2], read.Select(line => line.Line));
    }

    [Fact]
    public void JsonLines_TellEveryLineThatIsNone()
    {
        var read = Read("{\"id\": \"a\"}\n\n{\n[]\n{\"id\": 1, \"id\": 2}\n" + new string('[', 200) + "\n{\"id\": \"z\"}", ExchangeFormat.Jsonl);

        Assert.Equal([1, 3, 4, 5, 6, 7], read.Select(line => line.Line));
        Assert.Equal(["", "json", "type", "json", "json", ""], read.Select(line => line.Errors.Count == 0 ? "" : Assert.Single(line.Errors).Code));
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("id,nonsense\n", "column")]
    [InlineData("name.en\n", "column")]
    [InlineData("id,id\n", "column")]
    [InlineData("id,form\nx", "cells")]
    [InlineData("id,form\n\"x,y", "quote")]
    [InlineData("id,timeLimitDays\nx,soon", "number")]
    [InlineData("id,formSchema\nx,{", "json")]
    [InlineData("id,documents\nx,a=b=c", "papers")]
    public void ATable_TellsWhatIsWrong(string text, string code) =>
        Assert.Contains(Read(text, ExchangeFormat.Csv).SelectMany(line => line.Errors), error => error.Code == code);

    [Fact]
    public void ATable_MayBeginWithAByteOrderMark_AndLeaveColumnsOut()
    {
        var line = Assert.Single(Read("\uFEFFid,timeLimitDays,channels\r\nx,7,online;centre\r\n", ExchangeFormat.Csv));

        Assert.Empty(line.Errors);
        Assert.Equal("""{"id":"x","channels":["online","centre"],"timeLimitDays":7}""", line.Service!.ToJsonString());
    }

    [Theory]
    [InlineData("{\"id\": \"a\\u0000b\"}", "control-character")]
    [InlineData("{\"id\": \"a\\u202Eb\"}", "direction")]
    [InlineData("{\"name\": {\"en\": \"\\ud800\"}}", "unicode")]
    [InlineData("{\"na\\u0007me\": 1}", "control-character")]
    public void TextsThatNoServiceMayHave_AreTold(string line, string code) => Assert.Equal(code, Assert.Single(Assert.Single(Read(line, ExchangeFormat.Jsonl)).Errors).Code);

    [Fact]
    public void WhatIsNoUtf8_IsToldWithItsLine()
    {
        byte[] file = [.. "{\"id\": \"a\"}\n{\"id\": \"b\"}\n"u8, 0xC3, 0x28];

        var line = Assert.Single(CatalogueFile.Read(file, ExchangeFormat.Jsonl, Pack));

        Assert.Equal((3, "utf-8"), (line.Line, Assert.Single(line.Errors).Code));
    }

    [Fact]
    public void ALineThatIsTooLong_IsTold_AndTheNextIsRead()
    {
        var read = Read($"{{\"id\": \"{new string('x', CatalogueFile.LongestLine)}\"}}\n{{\"id\": \"b\"}}", ExchangeFormat.Jsonl);

        Assert.Equal(["too-long", ""], read.Select(line => line.Errors is [var first, ..] ? first.Code : ""));
    }

    [Theory]
    [InlineData("/name/hi", "name.hi")]
    [InlineData("/documents/0/alternatives/1", "documents")]
    [InlineData("/officers", "officers.designated")]
    [InlineData("/officers/designated", "officers.designated")]
    [InlineData("/formSchema/properties/a", "formSchema")]
    [InlineData("", "")]
    public void AnError_IsToldByItsColumn(string pointer, string column) => Assert.Equal(column, new CatalogueTable(Pack).ColumnOf(pointer));

    private static List<FileLine> Read(string text, ExchangeFormat format) => [.. CatalogueFile.Read(Encoding.UTF8.GetBytes(text), format, Pack)];

    internal static JsonObject Service(string id, Action<JsonObject>? change = null)
    {
        var service = JsonNode.Parse($$$"""
            {
              "id": "{{{id}}}", "department": "revenue", "family": "residence", "batch": "2026-12", "name": {"en": "Certificate", "hi": "प्रमाण पत्र", "ur": "سرٹیفکیٹ"},
              "description": {"en": "Says so, \"really\".", "hi": "ऐसा कहता है।", "ur": "ایسا کہتا ہے۔"}, "whoMayApply": {"en": "All.", "hi": "सब।", "ur": "سب۔"}, "tags": ["paper"],
              "channels": ["online", "doorstep"],
              "documents": [{"document": "proof-of-identity", "mandatory": true, "alternatives": ["aadhaar-card", "voter-card"]}, {"document": "land-record", "mandatory": false}],
              "form": "domicile", "feeRule": "certificate", "timeLimitDays": 15,
              "officers": {"designated": "tehsildar", "firstAppellate": "deputy-commissioner", "secondAppellate": "divisional-commissioner"},
              "validityMonths": 12, "output": {"kind": "certificate", "name": {"en": "Certificate", "hi": "प्रमाण पत्र", "ur": "سرٹیفکیٹ"}},
              "doorstep": {"minutes": 30, "skills": []}, "sources": {"timeLimit": "limit-assumed", "officers": "officers-assumed", "documents": "documents-assumed"}, "wordsMadeBy": "machine"
            }
            """)!.AsObject();
        change?.Invoke(service);
        return service;
    }
}
