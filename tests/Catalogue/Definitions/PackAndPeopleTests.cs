using System.Net;
using EServices.Catalogue.Tests.Support;
using EServices.Contracts.Catalogue;

namespace EServices.Catalogue.Tests.Definitions;

/// <summary>Whose word holds when both the pack and people say what a service is.</summary>
public sealed class PackAndPeopleTests
{
    [Fact]
    public async Task PeoplesVersion_IsNotOverwrittenByThePacksUnchangedDefinition_AtTheNextStart()
    {
        using var pack = new PackCopy();
        await using (var host = pack.Host())
            await new Clerks(host).LaunchedAsync(content => content["timeLimitDays"] = 9);

        await using var again = pack.Host();
        _ = again.Server;

        var held = again.Shelf.Now.Services[CatalogueHost.Domicile];
        Assert.Equal((2, 9), (held.Number, held.Launched.TimeLimit.WorkingDays));
    }

    [Fact]
    public async Task PackThatChangedSince_IsTheNewerWord()
    {
        using var pack = new PackCopy();
        await using (var host = pack.Host())
            await new Clerks(host).LaunchedAsync(content => content["timeLimitDays"] = 9);
        pack.ChangeDomicile(service => service["timeLimitDays"] = 4);

        await using var again = pack.Host();
        _ = again.Server;

        var held = again.Shelf.Now.Services[CatalogueHost.Domicile];
        Assert.Equal((3, 4, null), (held.Number, held.Launched.TimeLimit.WorkingDays, held.DefinitionId));
    }

    [Fact]
    public async Task FeeThatThePackBeginsLater_HoldsForPeoplesVersionToo()
    {
        await using var host = new CatalogueHost();
        await new Clerks(host).LaunchedAsync(content => content["timeLimitDays"] = 9);

        host.Clock.SetUtcNow(new DateTimeOffset(2026, 4, 1, 6, 0, 0, TimeSpan.Zero));
        await host.Seeding.LookAsync(CatalogueHost.Cancel);

        var fact = await host.PublishedAsync<ServiceLaunched>(fact => fact.ServiceId == CatalogueHost.Domicile && fact.Version == 3);
        Assert.Equal((9, 2), (fact.TimeLimit.WorkingDays, fact.Fee.Version));
    }

    [Fact]
    public async Task ServiceOfPeopleAlone_OutlivesARestart_AndTheNextDraftBeginsFromIt()
    {
        using var pack = new PackCopy();
        await using (var host = pack.Host())
        {
            var clerks = new Clerks(host);
            var draft = await Clerks.ReadAsync(await clerks.BeginAsync(new { content = Clerks.NewService() }), HttpStatusCode.Created);
            await clerks.DoAsync(await clerks.DoAsync(await clerks.DoAsync(draft, "submit"), "approve"), "launch");
        }

        await using var again = pack.Host();

        Assert.Contains("well-permit", await again.AllIdsAsync());
        var next = await new Clerks(again).LaunchedAsync(content => content["timeLimitDays"] = 7, "well-permit");
        Assert.Equal((2, "person"), ((int)next["launchedAs"]!, (string)next["content"]!["wordsMadeBy"]!));
    }

    [Fact]
    public async Task ResumedService_StaysPeoples()
    {
        using var pack = new PackCopy();
        await using (var host = pack.Host())
        {
            await new Clerks(host).LaunchedAsync(content => content["timeLimitDays"] = 9);
            await host.SuspendAsync();
            await host.ResumeAsync();
        }

        await using var again = pack.Host();
        _ = again.Server;

        var held = again.Shelf.Now.Services[CatalogueHost.Domicile];
        Assert.Equal((3, 9), (held.Number, held.Launched.TimeLimit.WorkingDays));
    }

    [Fact]
    public async Task DefinitionThatThePackOvertook_GoesBackToItsAuthors_WithTheReason()
    {
        using var pack = new PackCopy();
        string id;
        await using (var host = pack.Host())
            id = (string)(await new Clerks(host).ApprovedAsync(content => content["timeLimitDays"] = 9, effectiveOn: new DateOnly(2026, 3, 10)))["id"]!;
        pack.ChangeDomicile(service => service["timeLimitDays"] = 4);

        await using var again = pack.Host();
        again.Clock.SetUtcNow(new DateTimeOffset(2026, 3, 12, 6, 0, 0, TimeSpan.Zero));
        var seen = await new Clerks(again).SeenAsync(id);

        Assert.Equal("draft", (string)seen["state"]!);
        Assert.Equal("heldBack", (string)seen["reviews"]!.AsArray()[^1]!["verdict"]!);
        Assert.Equal(4, again.Shelf.Now.Services[CatalogueHost.Domicile].Launched.TimeLimit.WorkingDays);
    }
}
