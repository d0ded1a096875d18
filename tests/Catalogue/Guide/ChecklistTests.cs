using System.Net;
using System.Net.Http.Json;
using CsCheck;
using EServices.Catalogue.Guide;
using EServices.Catalogue.Services;
using EServices.Catalogue.Tests.Support;
using EServices.Contracts;
using EServices.Contracts.Catalogue;
using EServices.Testing;

namespace EServices.Catalogue.Tests.Guide;

public sealed class ChecklistTests(ReadOnlyCatalogue catalogue)
{
    [Fact]
    public void OnePaper_ServesSeveralServices_AndWhatWouldDoInsteadIsTold()
    {
        var papers = Checklist.Merge([Service("a", Asked("identity", true, "card", "passport")), Service("b", Asked("residence", true, "card", "bill")), Service("c", Asked("photo", false))]);

        Assert.Equal(["card", "photo"], papers.Select(paper => paper.DocumentId));
        Assert.Equal([("a", "identity"), ("b", "residence")], papers[0].For.Select(use => (use.ServiceId, use.Document.DocumentId)));
        Assert.True(papers[0].Mandatory);
        Assert.False(papers[1].Mandatory);
    }

    [Fact]
    public void WithinOneService_APaperCountsOnce_AsApplicationsCountIt()
    {
        var papers = Checklist.Merge([Service("a", Asked("identity", true, "card"), Asked("residence", true, "card"))]);

        // The card is taken as identity, so it can't be residence as well.
        Assert.Equal(["identity", "residence"], papers.Select(paper => paper.DocumentId).Order());
        Assert.Equal(["card"], papers.Single(paper => paper.DocumentId == "identity").Instead.Select(other => other.Id));
    }

    [Fact]
    public void Checklists_AnswerEveryDemandOnce_WithPapersThatAreAccepted() =>
        Gen.Int[0, 7].Array[1, 4].Array[1, 4].Array[1, 5].Sample(drawn =>
        {
            var services = drawn.Select((asked, at) => Service($"s{at}", [.. asked
                .Select((papers, place) => (Names: papers.Select(paper => $"p{paper}").Distinct().ToList(), Mandatory: place % 2 == 0))
                .DistinctBy(one => one.Names[0]).Select(one => Asked(one.Names[0], one.Mandatory, [.. one.Names.Skip(1)]))])).ToList();
            var demands = services.SelectMany(service => service.Launched.Documents.Select(document => (service.ServiceId, document.DocumentId))).ToList();

            var papers = Checklist.Merge(services);

            var met = papers.SelectMany(paper => paper.For.Select(use => (Use: use, Paper: paper))).ToList();
            Assert.Equal(demands.Order(), met.Select(one => (one.Use.ServiceId, one.Use.Document.DocumentId)).Order());
            Assert.All(met, one => Assert.Contains(one.Paper.DocumentId, one.Use.Accepted.Select(accepted => accepted.Id)));
            Assert.Equal(papers.Count, papers.Select(paper => paper.DocumentId).Distinct().Count());
            // Chvátal's bound, against the papers as they are called, which are one way to do.
            var called = demands.Select(demand => demand.DocumentId).Distinct().Count();
            Assert.True(papers.Count <= 2 * called * Enumerable.Range(1, services.Count).Sum(size => 1.0 / size));
        }, iter: 2_000);

    [Fact]
    public async Task Checklist_TellsPapersFeesAndDays_ForTheChannel()
    {
        using var answer = await PostAsync(new { services = new[] { "domicile-certificate", "income-certificate", "caste-certificate" }, channel = "online" }, "?lang=ur");
        var list = await Clerks.ReadAsync(answer);

        var services = list["services"]!.AsArray();
        Assert.Equal(services.Sum(service => (long)service!["fee"]!["totalPaise"]!), (long)list["totalPaise"]!);
        Assert.Equal(services.Max(service => (int)service!["days"]!), (int)list["longestDays"]!);
        var held = catalogue.Host.Shelf.Now.Services;
        Assert.Equal(held["domicile-certificate"].Launched.Name.In("ur"), (string)services[0]!["name"]!);
        var demands = services.Sum(service => held[(string)service!["serviceId"]!].Launched.Documents.Count);
        Assert.Equal(demands, list["documents"]!.AsArray().Sum(paper => paper!["for"]!.AsArray().Count));
        Assert.True(list["documents"]!.AsArray().Count < demands);
    }

    [Fact]
    public async Task BadLists_NameThePlace()
    {
        foreach (var (body, pointers) in new (object, string[])[]
        {
            (new { }, ["/services", "/channel"]),
            (new { services = Array.Empty<string>(), channel = "online" }, ["/services"]),
            (new { services = Enumerable.Range(0, 21).Select(_ => "x"), channel = "online" }, ["/services"]),
            (new { services = new[] { "domicile-certificate", "no-such", null, "domicile-certificate" }, channel = "centre" }, ["/services/1", "/services/2", "/services/3"]),
        })
        {
            using var answer = await PostAsync(body);
            var problem = await Assert.IsProblemAsync(answer, HttpStatusCode.BadRequest, "invalid-request");
            Assert.Equal(pointers, Clerks.Pointers(problem).Where(pointer => pointers.Length > 3 || pointers.Contains(pointer)).Distinct());
        }
        using var pigeon = await PostAsync(new { services = new[] { "domicile-certificate" }, channel = "pigeon" });
        await Assert.IsProblemAsync(pigeon, HttpStatusCode.BadRequest, "malformed-json");
        var away = catalogue.Host.Shelf.Now.Launched.First(service => !service.Launched.Channels.Contains(Channel.Doorstep)).ServiceId;
        using var notOffered = await PostAsync(new { services = new[] { away }, channel = "doorstep" });
        Assert.Equal("not-offered", (string)(await Assert.IsProblemAsync(notOffered, HttpStatusCode.BadRequest, "invalid-request"))["errors"]![0]!["code"]!);
    }

    private Task<HttpResponseMessage> PostAsync(object body, string query = "") =>
        catalogue.Host.Anonymous().PostAsync($"/api/v1/guide/checklist{query}", JsonContent.Create(body), CatalogueHost.Cancel);

    private static DocumentAsked Asked(string id, bool mandatory, params string[] alternatives) =>
        new(id, Localised.English(id), mandatory, [.. alternatives.Select(other => new DocumentAlternative(other, Localised.English(other)))]);

    private static ServiceVersion Service(string id, params DocumentAsked[] documents)
    {
        var launched = Samples.Domicile(id) with { Documents = documents };
        var nothing = Localised.English("");
        return ServiceVersion.LaunchFirst(
            launched, new ServiceWords(nothing, nothing, [], "", "", "", nothing, null, "", nothing, nothing, nothing, [], "person"), "", launched.EffectiveFrom);
    }
}
