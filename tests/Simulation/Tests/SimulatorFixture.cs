using EServices.Simulation.Running;
using EServices.Simulation.Tests;
using EServices.Testing;

[assembly: AssemblyFixture(typeof(SimulatorFixture))]

namespace EServices.Simulation.Tests;

/// <summary>The services are composed once for all tests; runs share nothing.</summary>
public sealed class SimulatorFixture
{
    private readonly Lazy<Simulator> simulator = new(() => new Simulator(Path.Combine(Repository.Root, "deploy", "packs", "jk")));

    internal Simulator Simulator => simulator.Value;
}
