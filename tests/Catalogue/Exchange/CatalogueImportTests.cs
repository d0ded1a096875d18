using System.Text;
using System.Text.Json.Nodes;
using EServices.Catalogue.Exchange;
using EServices.Catalogue.Tests.Support;
using EServices.Platform;
using EServices.Platform.Packs;
using EServices.Platform.Web;
using Microsoft.Extensions.Logging.Abstractions;

namespace EServices.Catalogue.Tests.Exchange;

public sealed class CatalogueImportTests
{
    private static readonly Lazy<StatePack> Pack = new(() => StatePack.Load(CatalogueHost.WholePack).OrThrow());

    private readonly Intake intake = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task WhatIsNewOrChanged_BecomesADraft_AndTheRestDoesNot(bool table)
    {
        JsonObject[] file = [CatalogueFileTests.Service("held"), CatalogueFileTests.Service("other", service => service["timeLimitDays"] = 9), CatalogueFileTests.Service("new")];
        intake.Held.AddRange([CatalogueFileTests.Service("held"), CatalogueFileTests.Service("other"), CatalogueFileTests.Service("left-out")]);

        var dry = await RunAsync(file, table, dryRun: true);
        Assert.Empty(intake.Drafts);
        var report = await RunAsync(file, table);

        Assert.Equal((3, 1), (report.Lines, report.Unchanged));
        Assert.Equal(["new"], report.Added);
        Assert.Equal(["other"], report.Changed);
        Assert.True(dry.DryRun);
        Assert.Equal(report.Added, dry.Added);
        Assert.Equal(report.Changed, dry.Changed);
        Assert.Equal(["other", "new"], intake.Drafts.Select(draft => (string)draft["id"]!));
        Assert.Empty((await RunAsync(file, table)).Drafts);
    }

    [Fact]
    public async Task EveryErrorIsTold_AndNothingIsTaken()
    {
        var text = string.Join('\n', CatalogueFileTests.Service("good").ToJsonString(), "{", CatalogueFileTests.Service("wrong").ToJsonString(), CatalogueFileTests.Service("good").ToJsonString(), "[]");

        var report = await RunAsync(Encoding.UTF8.GetBytes(text), ExchangeFormat.Jsonl, false);

        Assert.Equal([(2, "json"), (3, "definition"), (4, "duplicate"), (5, "type")], report.Errors.Select(error => (error.Line, error.Code)));
        Assert.Equal(("/form", "wrong"), (report.Errors[1].Pointer, report.Errors[1].ServiceId));
        Assert.Empty(intake.Drafts);
    }

    [Fact]
    public async Task AServiceThatSomeoneElseIsWriting_IsTold()
    {
        intake.Drafts.Add(CatalogueFileTests.Service("mine", service => service["timeLimitDays"] = 1));

        var report = await RunAsync([CatalogueFileTests.Service("mine")], table: true);

        Assert.Equal((2, "draft-open", "id"), Assert.Single(report.Errors) is var error ? (error.Line, error.Code, error.Pointer) : default);
    }

    [Fact]
    public async Task AFileOfTooManyLines_IsCutOff()
    {
        var text = string.Concat(Enumerable.Repeat("[]\n", CatalogueFile.MostLines + 5));

        var report = await RunAsync(Encoding.UTF8.GetBytes(text), ExchangeFormat.Jsonl, true);

        Assert.Equal(CatalogueFile.MostLines, report.Lines);
        Assert.Equal("too-many-lines", report.Errors[^1].Code);
    }

    [Fact]
    public async Task AnImportThatIsStopped_SaysHowFarItCame()
    {
        using var stop = new CancellationTokenSource();
        var checkedLines = 0;
        var text = string.Concat(Enumerable.Range(0, 100).Select(number => CatalogueFileTests.Service($"s{number}").ToJsonString() + "\n"));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new CatalogueImport(intake, Pack.Value, NullLogger<CatalogueImport>.Instance).RunAsync(
            Encoding.UTF8.GetBytes(text), ExchangeFormat.Jsonl, false, Caller.Nobody, lines =>
            {
                checkedLines = lines;
                if (lines == 40)
                    stop.Cancel();
            }, stop.Token));

        Assert.Equal(40, checkedLines);
        Assert.Empty(intake.Drafts);
    }

    private Task<ImportReport> RunAsync(JsonObject[] services, bool table, bool dryRun = false)
    {
        var format = table ? ExchangeFormat.Csv : ExchangeFormat.Jsonl;
        return RunAsync(Encoding.UTF8.GetBytes(string.Concat(CatalogueFile.Write(services, format, Pack.Value))), format, dryRun);
    }

    private Task<ImportReport> RunAsync(byte[] file, ExchangeFormat format, bool dryRun) =>
        new CatalogueImport(intake, Pack.Value, NullLogger<CatalogueImport>.Instance).RunAsync(file, format, dryRun, Caller.Nobody, _ => { }, CatalogueHost.Cancel);

    /// <summary>Holds what it is told; a service called "wrong" has a form that there is not.</summary>
    private sealed class Intake : IDraftIntake
    {
        public List<JsonObject> Held { get; } = [];

        public List<JsonObject> Drafts { get; } = [];

        public Task<IReadOnlyList<JsonObject>> HeldAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<JsonObject>>(Held);

        public Task<JsonObject?> OpenDraftAsync(string serviceId, CancellationToken cancellationToken) => Task.FromResult(Drafts.Find(draft => (string?)draft["id"] == serviceId));

        public (JsonObject? Written, IReadOnlyList<FieldError> Errors) Read(JsonObject written) =>
            (string?)written["id"] == "wrong" ? (null, [new FieldError("/form", "definition", "There is no such form.")]) : (written, []);

        public Task<string> TakeAsync(JsonObject written, Caller caller, CancellationToken cancellationToken)
        {
            Drafts.Add(written);
            return Task.FromResult($"def_{Drafts.Count}");
        }
    }
}
