using System.Net;
using EServices.Dispatch.Operators;
using EServices.Dispatch.Tests.Support;
using EServices.Platform.Storage;
using Microsoft.Extensions.DependencyInjection;
using PackOperator = EServices.Platform.Packs.Operator;

namespace EServices.Dispatch.Tests.Operators;

public sealed class OperatorTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("eservices-operators-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private DispatchHost Start(params PackOperator[] operators)
    {
        var host = new DispatchHost(operators);
        host.Settings["ConnectionStrings:dispatch"] = $"sqlite:{Path.Combine(folder, "dispatch.db")}";
        return host;
    }

    private static DocumentStore<Operator> Store(DispatchHost host) => host.Services.GetRequiredService<DocumentStore<Operator>>();

    [Fact]
    public async Task Operators_AreThoseOfThePack_ByName()
    {
        await using var host = Start();

        var all = await DispatchHost.GetAsync(host.Helpline(), "/operators");
        var south = await DispatchHost.GetAsync(host.As("operations", "stf_2"), "/operators?districtCode=2");

        Assert.Equal(["Ali", "Bina", "Chand", "Dev"], all["items"]!.AsArray().Select(person => (string)person!["name"]!));
        Assert.Equal("dev", (string)Assert.Single(south["items"]!.AsArray())!["id"]!);
        Assert.Equal(("09:00:00", "monday"), ((string)all["items"]![0]!["shiftStart"]!, (string)all["items"]![0]!["workingDays"]![0]!));
    }

    [Fact]
    public async Task Operators_ForCitizens_AreClosed()
    {
        await using var host = Start();

        Assert.Equal(HttpStatusCode.Forbidden, (await host.Citizen().GetAsync("/api/v1/operators", DispatchHost.Cancel)).StatusCode);
    }

    [Fact]
    public async Task Seeding_TheSamePackAgain_ChangesNothing()
    {
        await using (var first = Start())
            Assert.Equal(1, (await Store(first).GetAsync("ali", DispatchHost.Cancel)).Version);

        await using var second = Start();

        Assert.Equal(1, (await Store(second).GetAsync("ali", DispatchHost.Cancel)).Version);
    }

    [Fact]
    public async Task Seeding_AChangedPack_FollowsIt_AndRetiresWhoLeft()
    {
        await using (var first = Start(TinyState.Ali(), TinyState.Bina()))
            Assert.Equal(2, await Store(first).CountAsync(OperatorDocuments.ByName.All, DispatchHost.Cancel));

        // Bina left, and her address went to Esha, who is new.
        var esha = TinyState.Person("esha", "Esha", "11", "1", 34, 74.8, ["certificates"], ["ur"]) with { StaffEmail = "bina@csc.example" };
        await using var second = Start(TinyState.Ali(most: 6), esha);

        var (ali, bina) = (await Store(second).GetAsync("ali", DispatchHost.Cancel), await Store(second).GetAsync("bina", DispatchHost.Cancel));
        Assert.Equal((6, true), (ali.MaxVisitsPerDay, ali.Active));
        Assert.Equal((false, null), (bina.Active, bina.StaffEmail));
        Assert.Equal("esha", (await Store(second).FirstAsync(OperatorDocuments.ByEmail.Where("bina@csc.example"), DispatchHost.Cancel))?.Id);
    }
}
