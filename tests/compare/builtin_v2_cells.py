"""Crystals as arrays for the fits of model v2: Ewald kernels per pair of ions, neighbour pairs to 9 A, and all energies, forces and strain derivatives at once for given pair parameters.
Imported by builtin_v2_fit.py, builtin_v2_gap.py and builtin_v2_hydration.py; energies, forces and stresses of model v1 agree with tests/IpActors.Workers.Tests/Builtin/Fixtures/model_v1_cells.json to 1e-12.
"""
import itertools
import json
import math
import pathlib

import numpy as np
from scipy.special import erfc

ROOT = pathlib.Path(__file__).resolve().parents[2]
PBE = json.load(open(ROOT / 'data/builtin-v2-pbe.json'))
KE=14.399645
AN=['O','S','Se','Te','F','Cl','Br','I']; FORMAL=dict(Li=1,O=-2,S=-2,Se=-2,Te=-2,F=-1,Cl=-1,Br=-1,I=-1,H=1)
TAIL=5.44392140358153e-4
def shifts(cell,rad):
    inv=np.linalg.inv(cell); n=[int(math.ceil(rad*np.linalg.norm(inv[:,k])))+1 for k in range(3)]
    return np.array(list(itertools.product(*[range(-m,m+1) for m in n])))@cell
def ewald(cell,pos):
    """phi[i,j] with E=1/2 sum q_i q_j phi_ij; dphi[i,j]= d phi_ij/d r_i (for i!=j); W[i,j]= strain derivative of phi_ij"""
    n=len(pos); V=abs(np.linalg.det(cell)); al=2.4/V**(1/3)+.15; cut=5.6; rc=cut/al; kc=2*al*cut
    T=shifts(cell,rc); phi=np.zeros((n,n)); dphi=np.zeros((n,n,3)); W=np.zeros((n,n,3,3))
    for i in range(n):
        for j in range(n):
            d=pos[j]-pos[i]+T; r=np.linalg.norm(d,axis=1); m=(r>1e-9)&(r<rc); d=d[m]; r=r[m]
            u=erfc(al*r)/r; du=-u/r-2*al/math.sqrt(math.pi)*np.exp(-(al*r)**2)/r
            phi[i,j]+=u.sum(); dphi[i,j]-=((du/r)[:,None]*d).sum(0); W[i,j]+=(d*(du/r)[:,None]).T@d
    B=2*math.pi*np.linalg.inv(cell).T; m=[int(kc*np.linalg.norm(cell[k])/(2*math.pi))+1 for k in range(3)]
    K=np.array([h for h in itertools.product(*[range(-x,x+1) for x in m]) if any(h)])@B; k2=(K**2).sum(1); s=k2<kc*kc; K=K[s];k2=k2[s]
    g=4*math.pi/V*np.exp(-k2/(4*al*al))/k2; ph=pos@K.T
    cosd=np.cos(ph[:,None,:]-ph[None,:,:]); sind=np.sin(ph[:,None,:]-ph[None,:,:])
    phi+=cosd@g; dphi-=np.einsum('ijk,k,ka->ija',sind,g,K)
    kk=2*(1/k2+1/(4*al*al))[:,None,None]*K[:,:,None]*K[:,None,:]-np.eye(3)[None]
    W+=np.einsum('ijk,k,kab->ijab',cosd,g,kk)
    phi-=np.eye(n)*2*al/math.sqrt(math.pi)
    bg=-math.pi/(al*al*V); phi+=bg; W-=bg*np.eye(3)   # neutralising background per pair (E=1/2 sum qq phi)
    return KE*phi,KE*dphi,KE*W
class Cell:
    def __init__(s,cell,frac,sp):
        s.cell=np.array(cell,float); s.sp=list(sp); s.pos=np.array(frac)@s.cell; s.n=len(sp); s.V=abs(np.linalg.det(s.cell))
        s.phi,s.dphi,s.W=ewald(s.cell,s.pos)
        T=shifts(s.cell,9.0); I=[];J=[];D=[]
        for i in range(s.n):
            for j in range(s.n):
                d=s.pos[j]-s.pos[i]+T; r=np.linalg.norm(d,axis=1); m=(r>1e-9)&(r<9.0); k=m.sum(); I+=[i]*k; J+=[j]*k; D.append(d[m])
        s.I=np.array(I); s.J=np.array(J); s.D=np.concatenate(D); s.r=np.linalg.norm(s.D,axis=1)
    def coulomb(s,q):
        E=.5*q@s.phi@q; qq=np.outer(q,q); F=-np.einsum('ij,ija->ia',qq,s.dphi); W=.5*np.einsum('ij,ijab->ab',qq,s.W); return E,F,W
def sw(r):
    t=np.clip(r-8,0,1); return 1-t**3*(10-15*t+6*t*t),-30*t*t*(1-t)**2
def gfun(r):
    x=(r/2)**2; ins=r<2; return np.where(ins,(10-15*x+6*x*x)/64,r**-6.),np.where(ins,(-30+24*x)*r/256,-6*r**-7.)
class Batch:
    """All cells at once: energies, forces, stresses for arrays A,rho,C6 by pair type"""
    def __init__(s,cells,types):
        s.cells=cells; s.types=types; off=np.cumsum([0]+[c.n for c in cells]); s.off=off
        s.I=np.concatenate([c.I+o for c,o in zip(cells,off)]); s.c=np.concatenate([np.full(len(c.I),k) for k,c in enumerate(cells)])
        s.D=np.concatenate([c.D for c in cells]); s.r=np.concatenate([c.r for c in cells])
        s.t=np.concatenate([np.array([types[tuple(sorted((c.sp[i],c.sp[j])))] for i,j in zip(c.I,c.J)]) for c in cells])
        s.S,s.dS=sw(s.r); s.g,s.dg=gfun(s.r); s.V=np.array([c.V for c in cells]); nt=max(types.values())+1
        s.cnt=np.zeros((len(cells),nt))
        for k,c in enumerate(cells):
            for a in c.sp:
                for b in c.sp: s.cnt[k,types[tuple(sorted((a,b)))]]+=1
        s.na=off[-1]; s.nc=len(cells)
        s.DD=np.stack([s.D[:,a]*s.D[:,b] for a,b in ((0,0),(1,1),(2,2),(1,2),(0,2),(0,1))],1)
    def short(s,A,rho,C6,mask=None):
        ex=A[s.t]*np.exp(-s.r/rho[s.t]); u=ex-C6[s.t]*s.g; du=-ex/rho[s.t]-C6[s.t]*s.dg
        dv=s.S*du+s.dS*u; v=s.S*u; f=dv/s.r
        if mask is not None: v=v*mask; f=f*mask
        tail=-2*math.pi*TAIL*(s.cnt@C6)/s.V
        E=.5*np.bincount(s.c,v,s.nc)+tail
        F=np.stack([np.bincount(s.I,f*s.D[:,k],s.na) for k in range(3)],1)
        W=np.stack([.5*np.bincount(s.c,f*s.DD[:,k],s.nc) for k in range(6)],1); W[:,:3]-=tail[:,None]
        return E,F,W


def parameters(path):
    d = {}
    for line in open(path):
        w = line.split()
        if len(w) == 5:
            d[tuple(sorted(w[:2]))] = tuple(map(float, w[2:]))
    return d

def fcc(kind, X, a):
    h = a / 2
    c = np.array([[0, h, h], [h, 0, h], [h, h, 0]])
    return (c, [[0, 0, 0], [.25] * 3, [.75] * 3], [X, 'Li', 'Li']) if kind == 'af' else (c, [[0, 0, 0], [.5] * 3], [X, 'Li'])

def cubic(X, Z, a):
    return np.diag([a] * 3), [[.5, .5, .5], [0, 0, 0], [.5, .5, 0], [.5, 0, .5], [0, .5, .5]], [X, Z, 'Li', 'Li', 'Li']
